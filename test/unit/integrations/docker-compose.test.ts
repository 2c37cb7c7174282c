import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  composeProjectFrom,
  composeProjectsFrom,
  composeStandings,
} from '../../../src/integrations/docker/compose.ts';
import { declaredServices, readDeclared } from '../../../src/integrations/docker/compose-file.ts';
import { decodeList } from '../../../src/integrations/docker/decode.ts';
import { jsonFixture } from './fixtures.ts';

type Line = Parameters<typeof composeProjectsFrom>[0][number];

const line = (service: string, change: Partial<Line> = {}): Line => ({
  project: 'shop',
  service,
  oneOff: false,
  state: 'running',
  composeFolder: '/srv/shop',
  composeFiles: ['/srv/shop/compose.yaml'],
  ...change,
});

describe('compose projects', () => {
  it('are what the labels of recorded containers say', async () => {
    const list = await decodeList(jsonFixture('docker/list.json'), () => Promise.resolve());
    const [falcon, ...others] = composeProjectsFrom(list);
    expect(others).toEqual([]);
    expect(falcon).toMatchObject({
      name: 'falcon',
      folder: expect.stringContaining('/'),
      files: [expect.stringContaining('docker-compose.yml')],
    });
    expect(falcon?.services).toContainEqual(
      expect.objectContaining({ service: 'fleet', containers: 2 }),
    );
  });

  it('count what is up, and no one-off', () => {
    const project = composeProjectFrom(
      [
        line('web'),
        line('web', { state: 'exited' }),
        line('db', { state: 'paused' }),
        line('db', { oneOff: true }),
        line('web', { project: 'other' }),
        line('web', { composeFolder: '/old', composeFiles: [] }),
      ],
      'shop',
    );
    expect(project).toEqual({
      name: 'shop',
      folder: '/srv/shop',
      files: ['/srv/shop/compose.yaml'],
      services: [
        { service: 'db', containers: 1, running: 1 },
        { service: 'web', containers: 3, running: 2 },
      ],
    });
    expect(composeProjectFrom([], 'none')).toMatchObject({ services: [], folder: null });
  });

  it('stand against what is declared', () => {
    const running = composeProjectFrom([line('web'), line('stray')], 'shop').services;
    const declared = [
      { service: 'web', replicas: 3, profiles: [] },
      { service: 'db', replicas: 1, profiles: [] },
      { service: 'debug', replicas: 1, profiles: ['dev'] },
      { service: 'off', replicas: 0, profiles: [] },
    ];
    const found = composeStandings(running, declared);
    expect(found.map(({ service, declared, missing }) => [service, declared, missing])).toEqual([
      ['db', 1, 1],
      ['debug', 1, 0],
      ['off', 0, 0],
      ['stray', null, 0],
      ['web', 3, 2],
    ]);
  });
});

describe('compose files', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'opsconsole-compose-'));
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));
  const file = async (name: string, text: string) => {
    const path = join(dir, name);
    await writeFile(path, text);
    return path;
  };

  it('declare services with their counts, later files over earlier ones', async () => {
    const base = await file(
      'compose.yaml',
      'services:\n  web: {scale: 2}\n  db: {}\n  job: {profiles: [batch]}\n  n: {scale: "$N"}\n',
    );
    const more = await file('more.yaml', 'services:\n  web: {deploy: {replicas: 4}}\n  x: null\n');
    expect(await readDeclared([base, more])).toEqual([
      { service: 'web', replicas: 4, profiles: [] },
      { service: 'db', replicas: 1, profiles: [] },
      { service: 'job', replicas: 1, profiles: ['batch'] },
      { service: 'n', replicas: 1, profiles: [] },
      { service: 'x', replicas: 1, profiles: [] },
    ]);
  });

  it('are those of the labels if they can be read, else those of this folder', async () => {
    await file('docker-compose.yml', 'services: {here: {}}\n');
    await file('docker-compose.override.yml', 'services: {here: {scale: 2}}\n');
    await file('labelled.yaml', 'services: {there: {}}\n');
    const project = (files: readonly string[]) => ({
      ...composeProjectFrom([], 'shop'),
      folder: dir,
      files,
    });
    expect(await declaredServices(project(['labelled.yaml']), dir)).toMatchObject([
      { service: 'there' },
    ]);
    expect(await declaredServices(project(['/nowhere/x.yaml']), dir)).toMatchObject([
      { service: 'here', replicas: 2 },
    ]);
    expect(await declaredServices(project(['/nowhere/x.yaml']), null)).toBeNull();
  });

  it('that are none say what is wrong', async () => {
    const broken = await file('broken.yaml', 'services: [\u001b[31m');
    await expect(readDeclared([broken])).rejects.toMatchObject({
      message: expect.stringContaining('is no YAML'),
      mend: 'see it with: docker compose config',
    });
    await expect(readDeclared([join(dir, 'absent')])).rejects.toMatchObject({
      kind: 'missing',
      message: expect.stringContaining('cannot be read here'),
    });
    expect(await readDeclared([await file('list.yaml', '- a\n- b\n')])).toEqual([]);
  });
});
