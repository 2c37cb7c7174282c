import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type InputSpec, type InputType, inputTypes } from '../../../src/runbooks/graph.ts';
import { checkInput } from '../../../src/runbooks/input.ts';

const spec = (type: InputType, rest: Partial<InputSpec> = {}): InputSpec => ({
  id: 'x',
  title: 'X?',
  type,
  default: null,
  pattern: null,
  min: null,
  max: null,
  choices: null,
  ...rest,
});

describe('an input', () => {
  it.each<[InputType, string, string | number]>([
    ['text', '  a b ', 'a b'],
    ['number', '-0.5', -0.5],
    ['number', '.5', 0.5],
    ['integer', '+40', 40],
    ['duration', '1h30m', 5_400_000],
    ['address', '203.0.113.7', '203.0.113.7'],
    ['address', '203.0.113.0/24', '203.0.113.0/24'],
    ['address', '2001:db8::1', '2001:db8::1'],
    ['address', '2001:db8::/128', '2001:db8::/128'],
    ['commit', '1A2B3C4', '1a2b3c4'],
    ['name', 'worker-1', 'worker-1'],
    ['path', '/var/log/x y', '/var/log/x y'],
    ['path', './-x', './-x'],
  ])('of type %s takes %s', (type, text, value) => {
    expect(checkInput(spec(type), text)).toEqual({ ok: value });
  });

  it.each<[InputType, string]>([
    ['text', ''],
    ['text', 'a\u001b[2J'],
    ['text', 'a\nb'],
    ['text', 'a\u202eb'],
    ['text', 'x'.repeat(501)],
    ['number', '1e309'],
    ['number', '0x10'],
    ['number', 'NaN'],
    ['number', '1 2'],
    ['integer', '1.5'],
    ['integer', '9007199254740993'],
    ['duration', '5'],
    ['duration', '-5m'],
    ['address', '300.1.1.1'],
    ['address', '203.0.113.0/33'],
    ['address', '203.0.113.0/24/24'],
    ['address', '203.0.113.0/'],
    ['address', '203.0.113.0/-1'],
    ['address', '2001:db8::/129'],
    ['address', 'fe80::1%eth0'],
    ['address', 'host.example'],
    ['commit', '1a2b3c'],
    ['commit', 'HEAD'],
    ['commit', '1a2b3c4; rm -rf /'],
    ['name', '-rf'],
    ['path', '--delete'],
    ['path', '/a\u0000b'],
  ])('of type %s refuses %j, with the mend', (type, text) => {
    const checked = checkInput(spec(type), text);
    if ('ok' in checked) throw new Error(`it took ${checked.ok}`);
    expect(checked.error).not.toBe('');
    expect(checked.mend).not.toBe('');
  });

  it('keeps within its bounds, of a number, a duration or a length', () => {
    const of = (type: InputType, text: string) =>
      'ok' in checkInput(spec(type, { min: 5, max: 10 }), text);
    expect(['4', '5', '10', '11'].map((text) => of('integer', text))).toEqual([
      false,
      true,
      true,
      false,
    ]);
    expect([of('duration', '4ms'), of('duration', '5ms'), of('duration', '1s')]).toEqual([
      false,
      true,
      false,
    ]);
    expect([of('text', 'abcd'), of('text', 'abcde')]).toEqual([false, true]);
    expect(checkInput(spec('text', { min: 0 }), '')).toEqual({ ok: '' });
    expect(checkInput(spec('duration', { max: 60_000 }), '5m')).toEqual({
      error: 'it is too much',
      mend: 'at most 1m',
    });
  });

  it('matches its whole pattern', () => {
    const tag = spec('name', { pattern: 'v\\d+|latest' });
    expect(checkInput(tag, 'v12')).toEqual({ ok: 'v12' });
    expect(checkInput(tag, 'latest')).toEqual({ ok: 'latest' });
    expect('error' in checkInput(tag, 'v12-latest')).toBe(true);
  });

  it('is one of its choices, whether listed or told by a probe', () => {
    const listed = spec('text', { choices: { kind: 'list', values: ['green', 'red'] } });
    expect(checkInput(listed, 'green')).toEqual({ ok: 'green' });
    expect(checkInput(listed, 'gren')).toMatchObject({ mend: 'did you mean `green`?' });
    const told = spec('name', { choices: { kind: 'probe', probe: 'p', with: {}, field: 'tags' } });
    expect(checkInput(told, 'v1', ['v1', 'v2'])).toEqual({ ok: 'v1' });
    expect(checkInput(told, 'other', ['v1', 'v2'])).toMatchObject({
      mend: 'choose one of v1, v2',
    });
    expect(checkInput(told, 'v9', [])).toMatchObject({ mend: 'there is nothing to choose from' });
    expect(checkInput(told, 'v9')).toEqual({ ok: 'v9' });
  });

  it('never throws, and lets nothing through that a terminal or an option parser would obey', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.constantFrom('$(reboot)', '`x`', "'; DROP TABLE x; --", '\u001b]0;x\u0007', '../../etc'),
    );
    fc.assert(
      fc.property(fc.constantFrom(...inputTypes), hostile, (type, text) => {
        const checked = checkInput(spec(type), text);
        if ('error' in checked) return;
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
        expect(String(checked.ok)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
        if (type === 'name' || type === 'path') expect(String(checked.ok)).not.toMatch(/^-/);
        if (type === 'commit') expect(checked.ok).toMatch(/^[0-9a-f]{7,40}$/);
        if (type === 'address') expect(checked.ok).toMatch(/^[0-9a-f.:/]+$/i);
      }),
      { numRuns: 1_000 },
    );
  });
});
