import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { findPassword, passwordFor } from '../../../src/integrations/postgres/password-file.ts';

const tcp = { host: 'db', port: 5432 };
const find = (text: string) => findPassword(text, tcp, 'shop', 'api');

it('takes the first line that fits', () => {
  expect(find('other:5432:shop:api:a\ndb:5432:shop:api:b\n*:*:*:*:c')).toBe('b');
  expect(find('db:5433:shop:api:a\n*:*:*:api:c')).toBe('c');
  expect(find('db:5432:shop:other:a')).toBeNull();
});

it('reads escapes, colons in the password, comments, and lines that are none', () => {
  expect(find('#db:5432:shop:api:no\nnonsense\ndb:5432:shop:api:a\\:b\\\\c:d')).toBe('a:b\\c:d');
  const socket = { socketFolder: '/run/a:b', port: 1 };
  expect(findPassword('/run/a\\:b:*:*:*:x', socket, 'd', 'u')).toBe('x');
  expect(findPassword('localhost:*:*:*:x', { socketFolder: '/tmp', port: 1 }, 'd', 'u')).toBe('x');
  expect(findPassword('localhost:*:*:*:x', socket, 'd', 'u')).toBeNull();
});

it('does not read a file that others may read, or that is not there', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'opsconsole-pgpass-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'pgpass');
  expect(await passwordFor(path, tcp, 'shop', 'api')).toBeNull();
  await writeFile(path, '*:*:*:*:secret\n');
  await chmod(path, 0o644);
  expect(await passwordFor(path, tcp, 'shop', 'api')).toBeNull();
  await chmod(path, 0o600);
  expect(await passwordFor(path, tcp, 'shop', 'api')).toBe('secret');
});
