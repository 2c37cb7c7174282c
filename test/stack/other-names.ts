import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import type { Stack } from './stack.ts';

type Base = Pick<Stack, 'compose' | 'projectDir'>;
type Service = Readonly<Record<string, unknown>>;

interface ComposeProject {
  readonly services: Readonly<Record<string, Service>>;
}

/** Service → what it is called where nobody has heard of the pack. */
export const otherNames: Readonly<Record<string, string>> = {
  'worker-1': 'inference-a',
  'worker-2': 'inference-b',
  'worker-3': 'inference-c',
  nginx: 'edge',
  redis: 'cache',
  postgres: 'postgres-primary',
};

const renamed = (name: string) => otherNames[name] ?? name;

/** Those that need one another go on finding one another by the names of before. */
function withOtherName(name: string, service: Service): readonly [string, Service] {
  const { depends_on: needs, ...rest } = service;
  const needed = Array.isArray(needs)
    ? needs.map((one) => renamed(String(one)))
    : Object.fromEntries(Object.entries(needs ?? {}).map(([one, how]) => [renamed(one), how]));
  return [
    renamed(name),
    {
      ...rest,
      container_name: `prod_${renamed(name)}`,
      networks: { 'falcon-network': { aliases: [name] } },
      ...(needs === undefined ? {} : { depends_on: needed }),
    },
  ];
}

/** The same system under other names of services and containers. Its volumes are kept. */
export async function renameServices(stack: Base): Promise<void> {
  const file = join(stack.projectDir, 'docker-compose.yml');
  const project = parse(await readFile(file, 'utf8')) as ComposeProject;
  const services = Object.fromEntries(
    Object.entries(project.services).map(([name, service]) => withOtherName(name, service)),
  );
  await writeFile(file, stringify({ ...project, services }, { version: '1.1' }));
  await stack.compose(['up', '--detach', '--no-color', '--remove-orphans']);
}

/** The names of before. */
export async function restoreNames(stack: Base & Pick<Stack, 'restoreProject'>): Promise<void> {
  await stack.restoreProject();
  await stack.compose(['up', '--detach', '--no-color', '--remove-orphans']);
}
