import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { forbidden } from '../../../src/actions/policy.ts';
import { readPolicyFile } from '../../../src/actions/policy-file.ts';

// The tests' own user stands for the administrator.
const owner = process.getuid?.() ?? 0;
const change = { action: 'a.b', region: 'r', targets: [], risk: 'reversible' } as const;

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'opsconsole-policy-'));
  file = join(folder, 'policy.yaml');
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
});

function written(text: string, mode = 0o644) {
  writeFileSync(file, text);
  chmodSync(file, mode);
  return readPolicyFile(file, owner);
}

/** Whatever is wrong, nothing may be changed, and the words say why. */
function expectClosed(layer: ReturnType<typeof readPolicyFile>, words: string): void {
  expect(layer?.problem).toContain(words);
  expect(layer?.policy).toMatchObject({ readOnly: true, maxRisk: 'observe' });
  expect(
    forbidden(layer?.policy ?? { readOnly: false, maxRisk: 'observe' }, change)?.refused,
  ).toContain(words);
}

describe('the policy of an administrator', () => {
  test('that is not there leaves all to the other layers', () => {
    expect(readPolicyFile(file, owner)).toBeNull();
  });

  test('is read whole', () => {
    const layer = written(`
read-only: false
max-risk: disruptive
forbid: [{ action: 'redis.*', region: 'eu-*', except: [redis-1], why: frozen }]
raise: [{ target: '*-postgres', risk: destructive }]
changes: { most: 5, within: 10m, break-glass: false }
`);
    expect(layer).toEqual({
      by: file,
      problem: null,
      policy: {
        readOnly: false,
        maxRisk: 'disruptive',
        forbid: [
          {
            action: 'redis.*',
            target: null,
            region: 'eu-*',
            except: ['redis-1'],
            why: 'frozen',
          },
        ],
        raise: [{ action: null, target: '*-postgres', region: null, risk: 'destructive' }],
        changes: [{ most: 5, withinMs: 600_000, breakGlass: false }],
      },
    });
  });

  test('that is empty forbids nothing', () => {
    expect(written('')?.policy).toMatchObject({ readOnly: false, maxRisk: 'destructive' });
  });

  test('that others may write is not trusted', () => {
    expectClosed(written('read-only: false', 0o664), 'can be written by others');
    chmodSync(file, 0o644);
    chmodSync(folder, 0o777);
    expectClosed(readPolicyFile(file, owner), 'can be written by others');
  });

  test('that belongs to someone else is not trusted', () => {
    written('read-only: false');
    expectClosed(readPolicyFile(file, owner + 1), 'belongs to user');
  });

  test('a link is followed to where it leads, and that place is judged', () => {
    written('max-risk: reversible');
    const other = join(folder, 'open');
    mkdirSync(other);
    chmodSync(other, 0o777);
    symlinkSync(file, join(other, 'policy.yaml'));
    expect(readPolicyFile(join(other, 'policy.yaml'), owner)?.policy.maxRisk).toBe('reversible');
    writeFileSync(join(other, 'mine.yaml'), 'read-only: false');
    symlinkSync(join(other, 'mine.yaml'), join(folder, 'link.yaml'));
    expectClosed(readPolicyFile(join(folder, 'link.yaml'), owner), 'can be written by others');
  });

  test('a link that leads nowhere allows nothing, be it the file or its folder', () => {
    symlinkSync(join(folder, 'unmounted/policy.yaml'), file);
    expectClosed(readPolicyFile(file, owner), 'cannot be read');
    symlinkSync(join(folder, 'unmounted'), join(folder, 'etc'));
    expectClosed(readPolicyFile(join(folder, 'etc/policy.yaml'), owner), 'cannot be read');
  });

  test.each([
    ['read_only: true', '1:1'],
    ['max-risk: anything', '1:11'],
    ['changes: { most: 0, within: 10m }', '1:18'],
    ['changes: { most: 1, within: soon }', 'a duration'],
    ['forbid: [{ action: a }]', 'why'],
    ['read-only: [', 'not valid YAML'],
    ['- a list', 'policy.yaml'],
  ])('%s is wrong, with its place, and allows nothing', (text, words) => {
    expectClosed(written(text), words);
  });

  test('a folder in its place allows nothing', () => {
    mkdirSync(file);
    expectClosed(readPolicyFile(file, owner), file);
  });

  test.runIf(owner === 0)('of root is trusted only while root owns it (asks for ROOT)', () => {
    written('read-only: false');
    expect(readPolicyFile(file)?.problem).toBeNull();
    chownSync(file, 65_534, 65_534);
    expectClosed(readPolicyFile(file), 'belongs to user 65534, not to root');
  });
});
