import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { makeFolder } from '../../../src/files/make-folder.ts';

function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'opsconsole-folder-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

test('makes what is missing, for this user only, and leaves what is there', () => {
  const folder = scratch();
  makeFolder(join(folder, 'a', 'b'));
  makeFolder(join(folder, 'a', 'b'));
  expect(statSync(join(folder, 'a', 'b')).mode & 0o777).toBe(0o700);
});

test('says so where no folder can be made', () => {
  const folder = scratch();
  writeFileSync(join(folder, 'file'), '');
  expect(() => makeFolder(join(folder, 'file', 'below'))).toThrow(/ENOTDIR|EEXIST/);
  expect(() => makeFolder('/proc/nothing-like-that/below')).toThrow(/ENOENT/);
});
