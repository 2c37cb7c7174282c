import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Diagnostic, formatDiagnostic } from '../../../src/runbooks/diagnostic.ts';
import { loadPack, loadPacks, loadPacksSliced, loadRunbook } from '../../../src/runbooks/loader.ts';
import { MAX_FILE_BYTES } from '../../../src/runbooks/read-file.ts';
import { inTurns } from '../../../src/signals/sliced.ts';
import { demoCatalogue } from './catalogue.ts';

const broken = fileURLToPath(new URL('../../fixtures/runbooks/broken', import.meta.url));

const minimal = (id: string, more = '') => `id: ${id}
title: T
severity: P1
${more}steps:
  - { id: one, ask: Q, branches: [{ because: b, to: done }] }
leaves:
  - { id: done, decide: D, checklist: [look], ends: watching }
`;
const minimalPack = (system: string, more = '') => `system: ${system}
title: A pack
roles: { cache: [redis] }
severities: {}
${more}`;

/** Every line of what is wrong in one file, as an editor would read it, without its folder. */
function linesOf(diagnostics: readonly Diagnostic[], name: string): string[] {
  return diagnostics
    .filter(({ file }) => basename(file) === name)
    .map((d) => formatDiagnostic({ ...d, file: name }).slice(name.length + 1));
}

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'opsconsole-packs-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string | Uint8Array): string {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
  return path;
}

describe('a pack whose runbooks are wrong', () => {
  const loaded = loadPack(broken, demoCatalogue);

  // What is expected of each file: the places, levels and telling words, in order.
  const expected: Readonly<Record<string, readonly RegExp[]>> = {
    'syntax.yaml': [/^5:1: error: not valid YAML/, /^5:9: error: not valid YAML/],
    'twice.yaml': [/^4:1: error: not valid YAML: `title` is there twice/],
    'unknown-field.yaml': [/^4:1: error: unknown field `panles`; did you mean `panels`\?/],
    'missing-field.yaml': [/^1:1: error: `title` is missing; add/],
    'wrong-value.yaml': [/^3:11: error: `severity` must be one of P0, P1, P2, P3, P4/],
    'wrong-id.yaml': [/^1:5: error: the id `broken\/other` .*; call it `broken\/wrong-id`/],
    'no-kind.yaml': [/^5:5: error: a step has none of `check`, `ask`/],
    'two-kinds.yaml': [/^6:5: error: a step cannot be both `check` and `ask`/],
    'step-field.yaml': [
      /^8:16: error: `to` is missing/,
      /^8:30: error: unknown field `too`; did you mean `to`\?/,
      /^7:5: error: unknown field `branchs`; did you mean `branches`\?/,
    ],
    'nowhere.yaml': [
      /^8:27: error: there is no step or leaf `dome`; did you mean `done`\?/,
      /^10:11: warning: nothing leads to the leaf `done`/,
    ],
    'same-id.yaml': [/^8:11: error: the id `one` is used twice; .* line 5/],
    'circle.yaml': [
      /^14:27: error: `two` leads back to `one`/,
      /^15:9: warning: nothing leads to the step `three`/,
    ],
    'unreachable.yaml': [/^8:11: warning: nothing leads to the leaf `spare`/],
    'no-end.yaml': [/^10:7: error: the last step leads nowhere when no condition holds/],
    'unknown-probe.yaml': [/^7:12: error: unknown probe `demo.stat`; did you mean `demo.state`/],
    'inputs.yaml': [
      /^8:35: error: `port` must be a number/,
      /^8:41: error: unknown field `tial`/,
      /^8:22: warning: the pack has no role `cahce`; did you mean `cache`\?/,
    ],
    'condition.yaml': [
      /^5:22: error: condition cannot be read/,
      /^12:35: error: the result has no field `cuont`; did you mean `count`\?/,
      /^15:42: error: unknown name `count`/,
      /^20:11: error: `signals` has no `p59`; did you mean `p95`\?/,
      /^23:16: error: types do not fit: double > string/,
      /^26:15: error: the condition answers with a double/,
    ],
    'placeholder.yaml': [
      /^10:29: warning: nothing fills `{{cuont}}`; did you mean `count`\?/,
      /^10:39: warning: unknown unit `byte`; did you mean `bytes`\?/,
      /^10:56: warning: `signals` has no `p59`; did you mean `p95`\?/,
      /^14:41: error: placeholder cannot be read: unclosed section "open"/,
    ],
    'change.yaml': [
      /^7:5: warning: `unproved` changes something and proves nothing/,
      /^17:11: error: `demo.restart` is disruptive: a runbook cannot call it observe/,
      /^18:58: error: `setle` is neither a duration nor named in the pack; did you mean `settle`\?/,
      /^21:13: error: unknown action `demo.restrat`; did you mean `demo.restart`\?/,
      /^23:33: error: there is no `result` here/,
    ],
    'watch.yaml': [
      /^4:22: error: unknown alert `Slowly`; did you mean `Slow`\?/,
      /^4:31: error: `Slow{` is not of the form name\{label="value"\}/,
      /^5:14: error: unknown signal `p59`; did you mean `p95`\?/,
    ],
    'key-one.yaml': [],
    'key-two.yaml': [/^4:6: error: the key `k` opens key-one.yaml already/],
    'good.yaml': [],
    'pack.yaml': [],
  };

  it.each(Object.entries(expected))('says what is wrong in %s, and where', (name, patterns) => {
    const lines = linesOf(loaded.diagnostics, name);
    expect(lines).toHaveLength(patterns.length);
    for (const [index, pattern] of patterns.entries()) expect(lines[index]).toMatch(pattern);
  });

  it('gives every complaint a mend', () => {
    expect(loaded.diagnostics.filter(({ mend }) => mend.trim() === '')).toEqual([]);
  });

  it('loads the good ones all the same', () => {
    const ids = loaded.pack?.runbooks.map(({ id }) => id);
    expect(ids).toEqual(['broken/good', 'broken/key-one', 'broken/unreachable']);
  });
});

describe('a file that is no runbook', () => {
  const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefgh'
    .split('')
    .map((name, i) => `${name}: &${name} [${Array(9).fill(`*${'abcdefg'[i]}`).join(',')}]`)
    .join('\n')}\n`;
  it.each([
    ['empty', '', '1:1', 'must be'],
    ['a list', '- a\n', '1:1', 'must be'],
    ['too large', `# ${'x'.repeat(MAX_FILE_BYTES)}`, '1:1', 'larger than 256 KiB'],
    ['not UTF-8', new Uint8Array([0x69, 0xff, 0xfe]), '1:1', 'not UTF-8'],
    ['a bomb of aliases', bomb, '1:1', 'not usable YAML'],
    ['nested too deeply', '['.repeat(200_000), '1:1', 'nested too deeply'],
    ['a list in a list in a list', '- '.repeat(100_000), '1:1', 'nested too deeply'],
    ['all blank', '\n'.repeat(200_000), '1:1', 'more than 100000 lines'],
    ['two documents', 'a: 1\n---\nb: 2\n', '2:1', 'not valid YAML'],
  ])('%s', (_, text, place, words) => {
    const { runbook, diagnostics } = loadRunbook(write('x.yaml', text), demoCatalogue);
    expect(runbook).toBeNull();
    const [line = ''] = linesOf(diagnostics, 'x.yaml');
    expect(line).toContain(words);
    expect(line.startsWith(`${place}: error:`)).toBe(true);
  });

  it('is missing, or a folder', () => {
    expect(loadRunbook(join(folder, 'none.yaml'), demoCatalogue).diagnostics[0]?.message).toContain(
      'cannot be read',
    );
    expect(loadRunbook(folder, demoCatalogue).diagnostics[0]?.message).toBe('not a file');
  });

  it('lists two hundred complaints, then says that there are more', () => {
    const steps = Array.from({ length: 300 }, () => '  - { none: 1 }').join('\n');
    const text = `id: a/x\ntitle: T\nseverity: P1\nsteps:\n${steps}\nleaves: [{ none: 1 }]\n`;
    const { diagnostics } = loadRunbook(write('x.yaml', text), demoCatalogue);
    expect(diagnostics).toHaveLength(201);
    expect(diagnostics.at(-1)?.message).toContain('more than 200 problems');
  });
});

describe('a long runbook', () => {
  const head = 'id: demo/long\ntitle: T\nseverity: P1\n';
  const leaf = 'leaves:\n- {id: z, decide: d, checklist: [l], ends: watching}\n';
  const long = (count: number, step: (i: number) => string) =>
    `${head}steps:\n${Array.from({ length: count }, (_, i) => `- {${step(i)}}`).join('\n')}\n${leaf}`;
  const check = (i: number, count: number) => {
    const last = i === count - 1 ? ',{because: b,to: z}' : '';
    const when = i === 0 ? 'result.up' : `steps.s${i - 1}.up`;
    return `id: s${i},check: q,probe: demo.up,branches: [{when: ${when},because: b,to: z}${last}]`;
  };
  /** The thread's own time, ms: what else the machine does is no matter of the loader. */
  function spent(path: string) {
    const before = process.threadCpuUsage();
    const loaded = loadRunbook(path, demoCatalogue);
    const { user, system } = process.threadCpuUsage(before);
    return { ...loaded, ms: (user + system) / 1_000 };
  }

  it('of 1,000 steps and leaves loads within a second', () => {
    const text = long(999, (i) => check(i, 999));
    const { runbook, diagnostics, ms } = spent(write('long.yaml', text));
    expect(diagnostics).toEqual([]);
    expect(runbook?.nodes.size).toBe(1000);
    expect(ms).toBeLessThan(1_000);
  });

  it.each([
    ['whole ones', long(10_000, (i) => check(i, 10_000)), 'larger than 256 KiB'],
    ['short ones', long(10_000, () => 'ask: q'), 'more than 1000 steps and leaves'],
  ])('of 10,000 steps, %s, is refused within a second', (_, text, words) => {
    const { runbook, diagnostics, ms } = spent(write('long.yaml', text));
    expect(runbook).toBeNull();
    expect(diagnostics).toHaveLength(1);
    expect(formatDiagnostic(diagnostics[0] as Diagnostic)).toContain(words);
    expect(ms).toBeLessThan(1_000);
  });

  it('that leads everywhere into the void says so within a second', () => {
    const text = long(999, (i) => `id: s${i},ask: q,branches: [{because: b,to: nowhere${i}}]`);
    const { diagnostics, ms } = spent(write('long.yaml', text));
    expect(diagnostics.length).toBeGreaterThan(100);
    expect(ms).toBeLessThan(1_500);
  });
});

describe('packs', () => {
  it('are read file by file, and others have their turn between', async () => {
    write('pack.yaml', minimalPack('alpha'));
    const names = ['a', 'b', 'c'];
    for (const name of names) write(`${name}.yaml`, minimal(`alpha/${name}`));
    let turns = 0;
    let reading = true;
    const turn = () => {
      turns += 1;
      if (reading) setImmediate(turn);
    };
    setImmediate(turn);
    const { packs } = await inTurns(loadPacksSliced([folder], demoCatalogue, {}));
    reading = false;
    expect(turns).toBeGreaterThanOrEqual(names.length);
    expect(packs).toEqual(loadPacks([folder], demoCatalogue).packs);
    expect(packs[0]?.runbooks).toHaveLength(names.length);
  });

  it('are found one folder down, or where one is named itself; absent folders are passed over', () => {
    write('packs/alpha/pack.yaml', minimalPack('alpha'));
    write('packs/alpha/one.yaml', minimal('alpha/one'));
    write('packs/notes/readme.md', 'no pack');
    write('beta/pack.yaml', minimalPack('beta'));
    const folders = [join(folder, 'packs'), join(folder, 'beta'), join(folder, 'absent')];
    const { packs, diagnostics } = loadPacks(folders, demoCatalogue);
    expect(diagnostics).toEqual([]);
    expect(packs.map(({ system, runbooks }) => [system, runbooks.length])).toEqual([
      ['alpha', 1],
      ['beta', 0],
    ]);
  });

  it('of the same system replace one another, and say so', () => {
    write('first/pack.yaml', minimalPack('alpha'));
    write('second/pack.yaml', minimalPack('alpha').replace('A pack', 'Ours'));
    const folders = [join(folder, 'first'), join(folder, 'second')];
    const { packs, diagnostics } = loadPacks(folders, demoCatalogue);
    expect(packs.map(({ title }) => title)).toEqual(['Ours']);
    expect(diagnostics).toMatchObject([{ level: 'warning' }]);
    expect(diagnostics[0]?.message).toContain(join(folder, 'first'));
  });

  it("take a region's durations; a name that no pack has is told", () => {
    write('alpha/pack.yaml', minimalPack('alpha', 'durations: { watch: 15m, settle: 30s }\n'));
    const { packs, diagnostics } = loadPacks([folder], demoCatalogue, { watch: 1_500, settel: 1 });
    expect(packs[0]?.durations).toEqual({ watch: 1_500, settle: 30_000 });
    expect(diagnostics.map(formatDiagnostic)).toEqual([
      'configuration:1:1: warning: no pack has the duration `settel` that the region rebinds; did you mean `settle`?',
    ]);
  });

  it('that are wrong leave the others, and their runbooks are checked all the same', () => {
    write('alpha/pack.yaml', minimalPack('alpha', 'sources: [{ cache: redsi, port: 1 }]\n'));
    write('alpha/one.yaml', minimal('alpha/one', 'key: xx\n'));
    cpSync(join(folder, 'alpha'), join(folder, 'beta'), { recursive: true });
    write('beta/pack.yaml', minimalPack('beta'));
    const { packs, diagnostics } = loadPacks([folder], demoCatalogue);
    expect(packs.map(({ system }) => system)).toEqual(['beta']);
    const ofAlpha = diagnostics.filter(({ file }) => file.includes('/alpha/'));
    expect(linesOf(ofAlpha, 'pack.yaml')).toEqual([
      '5:20: error: the pack has no role `redsi`; its roles are cache',
    ]);
    expect(linesOf(ofAlpha, 'one.yaml')[0]).toContain('4:6: error: `key`');
  });

  const signal = '{ id: p95, title: p95, unit: seconds, gauge: m }';
  const breaker =
    "{ id: b, title: b, unit: state, state: s, by: d, values: { '0': closed }, worst: [open, closed] }";
  it.each([
    ['durations: { a: soon }', '5:17', '`soon` is no duration'],
    ['signals: [{ id: p95, title: p, unit: seconds }]', '5:11', 'a signal has none of `quantile`'],
    [
      'signals: [{ id: p95, title: p, unit: seconds, gauge: "m{a=}" }]',
      '5:57',
      'labels are written',
    ],
    [
      'signals: [{ id: p, title: p, unit: count, rate: m, window: soon }]',
      '5:60',
      '`soon` is neither',
    ],
    [`signals: [${signal}, ${signal}]`, '5:67', 'the signal `p95` is there twice'],
    [`signals: [${breaker}]`, '5:93', 'no value stands for `open`'],
    [
      `signals: [${signal}]\nalerts: [{ name: A, signal: p59, above: 1, severity: P1, summary: s }]`,
      '6:29',
      'unknown signal `p59`',
    ],
    [
      `signals: [${signal}]\nalerts: [{ name: A, signal: p95, severity: P1, summary: s }]`,
      '6:10',
      'exactly one of `above`, `below` and `is`',
    ],
    [
      `signals: [${signal}]\nalerts: [{ name: A, signal: p95, is: open, severity: P1, summary: s }]`,
      '6:38',
      '`p95` is never `open`',
    ],
    [
      `signals: [${signal}]\nalerts: [{ name: A, signal: p95, above: 1, clear: 2, severity: P1, summary: s }]`,
      '6:51',
      'it would clear at 2',
    ],
    [
      'sources: [{ check: c, role: cache, port: 99999, path: x }]',
      '5:42',
      '`port` must be at most 65535',
    ],
  ])('with %s are refused at their place', (more, place, words) => {
    write('pack.yaml', minimalPack('alpha', `${more}\n`));
    const { pack, diagnostics } = loadPack(folder, demoCatalogue);
    expect(pack).toBeNull();
    const lines = linesOf(diagnostics, 'pack.yaml');
    expect(lines[0]).toContain(`${place}: error: `);
    expect(lines[0]).toContain(words);
  });
});
