import { parseEnv as nodeParseEnv } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OperatorError } from '../../../src/domain/operator-error.ts';
import { envDiff } from '../../../src/integrations/envfile/diff.ts';
import { editEnv, quoteEnv } from '../../../src/integrations/envfile/env-edit.ts';
import { parseEnv, valuesOf } from '../../../src/integrations/envfile/env-lines.ts';

const set = (text: string, values: Record<string, string>, unset: readonly string[] = []) =>
  editEnv(text, { set: new Map(Object.entries(values)), unset });
const read = (text: string) => Object.fromEntries(valuesOf(parseEnv(text)));

describe('an env file is read', () => {
  it.each([
    ['A=1', { A: '1' }],
    ['export A = 1  ', { A: '1' }],
    ['A=b # comment', { A: 'b' }],
    ['A=b#c', { A: 'b#c' }],
    ['A= # comment', { A: '' }],
    ['A=#c', { A: '#c' }],
    ['A=', { A: '' }],
    ["A='x # $y' # comment", { A: 'x # $y' }],
    ['A="a\\nb\\"c\\\\d" # x', { A: 'a\nb"c\\d' }],
    ['A="two\nlines"\nB=2', { A: 'two\nlines', B: '2' }],
    ['A="x"y', { A: '"x"y' }],
    ['A=1\r\nB=2\r\n', { A: '1', B: '2' }],
    ['\ufeffA=1', { A: '1' }],
    ['A=1\nA=2', { A: '2' }],
    ['# A=1\nno assignment\n=x\n9A=1', {}],
  ])('%j', (text, values) => expect(read(text)).toEqual(values));
});

describe('an env file is changed', () => {
  it('where the value stands, and nowhere else', () => {
    const text =
      '# head\r\nexport A = 1 # why\r\n\r\nB="x y"  # keep\r\nA=3\r\nC= # empty\r\nlast=1';
    expect(set(text, { A: '9', B: 'z', C: 'new', D: 'a b' })).toBe(
      "# head\r\nexport A = 1 # why\r\n\r\nB=z  # keep\r\nA=9\r\nC=new # empty\r\nlast=1\r\nD='a b'\r\n",
    );
    expect(set(text, {}, ['A'])).toBe('# head\r\n\r\nB="x y"  # keep\r\nC= # empty\r\nlast=1');
    expect(set('', { A: '1' })).toBe('A=1\n');
  });

  it('never inside a value of several lines', () => {
    const text = 'KEY="-----\nA=not this\n-----"\nA=1\n';
    expect(set(text, { A: '2' })).toBe('KEY="-----\nA=not this\n-----"\nA=2\n');
  });

  it('not at all where a quote never ends', () => {
    expect(() => set('X=1\nA="b\nC=1\n', { C: '2' })).toThrow('Line 2 of the env file begins');
  });

  it.each([
    ['plain-1.0/a:b@c', 'plain-1.0/a:b@c'],
    ['', ''],
    ['a b', "'a b'"],
    ['#x', "'#x'"],
    ['$HOME', "'$HOME'"],
    ['`id`', "'`id`'"],
    ['"q"', `'"q"'`],
    ["it's", `"it's"`],
    ['a\\b', "'a\\b'"],
    ['grün', "'grün'"],
  ])('%j is written %s', (value, written) => expect(quoteEnv('A', value)).toBe(written));

  it.each([
    ['a\nb'],
    ['a\rb'],
    ['\u001b[31m'],
    ['\u0000'],
    ['$'.concat('{HOME}')],
    [`'"`],
    ["\\'"],
    ['x\\'],
    ['\ud800'],
  ])('%j is refused', (value) => expect(() => quoteEnv('A', value)).toThrow(OperatorError));
});

const key = fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,8}$/);
const nasty = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc
    .array(
      fc.constantFrom('"', "'", '\\', '$', '{', '}', '#', ' ', '\n', '=', '`', 'a', '\t', '!'),
      {
        maxLength: 8,
      },
    )
    .map((parts) => parts.join('')),
);
const anyLine = fc.oneof(
  fc.tuple(key, nasty).map(([name, value]) => `${name}=${value}`),
  nasty.map((text) => `# ${text}`),
  nasty,
);
const anyFile = fc
  .tuple(fc.array(anyLine, { maxLength: 8 }), fc.constantFrom('\n', '\r\n'), fc.boolean())
  .map(([lines, eol, ends]) => lines.join(eol) + (ends ? eol : ''));

describe('whatever is set in whatever file', () => {
  it('is read back as it was set, or refused; all else stays byte for byte', () => {
    let done = 0;
    fc.assert(
      fc.property(anyFile, key, nasty, (text, name, value) => {
        let after: string;
        try {
          after = set(text, { [name]: value });
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(OperatorError);
          return;
        }
        done += 1;
        const [before, now] = [parseEnv(text), parseEnv(after)];
        expect(valuesOf(now)).toEqual(new Map([...valuesOf(before), [name, value]]));
        const changed = before.assignments.findLast((one) => one.key === name);
        const [head, tail] =
          changed === undefined
            ? [text, '']
            : [text.slice(0, changed.valueStart), text.slice(changed.valueEnd)];
        expect(after.startsWith(head)).toBe(true);
        if (changed !== undefined) expect(after.endsWith(tail)).toBe(true);
      }),
      { numRuns: 3000 },
    );
    // Not all of it was refused.
    expect(done).toBeGreaterThan(500);
  });

  it('means the same to a reader that is not ours', () => {
    fc.assert(
      fc.property(key, nasty, (name, value) => {
        let after: string;
        try {
          after = set('# head\nZ=1\n', { [name]: value });
        } catch {
          return;
        }
        expect(nodeParseEnv(after)[name]).toBe(value);
      }),
      { numRuns: 2000 },
    );
  });

  it('taking a key away leaves the other lines byte for byte', () => {
    fc.assert(
      fc.property(anyFile, key, (text, name) => {
        const before = parseEnv(text);
        if (before.openQuoteLine !== null) return;
        const after = set(text, {}, [name]);
        const left = [...valuesOf(before)].filter(([other]) => other !== name);
        expect(valuesOf(parseEnv(after))).toEqual(new Map(left));
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a difference', () => {
  it('is told key by key, without secrets', () => {
    const before = 'A=1\nB=2\nAPI_TOKEN=old secret\nURL=postgres://u:pw@h/d\n';
    const after = 'A=1\nB=3\nAPI_TOKEN=new secret\nURL=postgres://u:px@h/d\nC=4\n';
    const lines = envDiff(before, after);
    expect(lines).toEqual([
      '- B=2',
      '+ B=3',
      '- API_TOKEN=••••',
      '+ API_TOKEN=••••',
      '  API_TOKEN is a secret: it changes, unseen',
      '- URL=postgres://u:••••@h/d',
      '+ URL=postgres://u:••••@h/d',
      '  URL is a secret: it changes, unseen',
      '+ C=4',
    ]);
  });
});
