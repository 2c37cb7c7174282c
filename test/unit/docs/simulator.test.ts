import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { EXCEPTIONS as docker } from '../../contract/docker/exceptions.ts';
import { EXCEPTIONS as postgres } from '../../contract/postgres/exceptions.ts';
import { EXCEPTIONS as redis } from '../../contract/redis/exceptions.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const page = readFileSync(`${root}/docs/simulator.md`, 'utf8');

/** The rows of the table under a heading: a test's name, and why it is left out. */
function listed(heading: string): Readonly<Record<string, string>> {
  const section = page.split(`\n### ${heading}\n`)[1]?.split('\n### ')[0] ?? '';
  const rows = [...section.matchAll(/^\| (?!test \||---)(.+?) \| (.+) \|$/gm)];
  return Object.fromEntries(rows.map(([, name = '', why = '']) => [name, why]));
}

test.each([
  ['Docker', 'docker', docker],
  ['Redis', 'redis', redis],
  ['PostgreSQL', 'postgres', postgres],
])('the page tells what the simulated %s leaves out, and nothing else', (heading, folder, list) => {
  expect(listed(heading)).toEqual(list);
  const files = readdirSync(`${root}/test/contract/${folder}`).filter((n) =>
    n.endsWith('.test.ts'),
  );
  const texts = files.map((name) =>
    readFileSync(`${root}/test/contract/${folder}/${name}`, 'utf8'),
  );
  const unknown = Object.keys(list).filter(
    (name) => !texts.some((text) => text.includes(`'${name}'`)),
  );
  expect(unknown).toEqual([]);
});
