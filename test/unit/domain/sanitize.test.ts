import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { redact, redactText } from '../../../src/domain/redact.ts';
import { sanitize, sanitizeLine } from '../../../src/domain/sanitize.ts';

/** True when a terminal would do anything but print the text and move to a new line. */
const isHarmless = (text: string) => !/(?!\n)\p{Cc}/u.test(text) && !/[\u202a-\u202e]/u.test(text);

describe('sanitize', () => {
  test.each([
    ['colour', '\u001b[31mred\u001b[0m', 'red'],
    ['a title set by OSC', 'a\u001b]0;owned\u0007b', 'ab'],
    ['a clipboard write', 'a\u001b]52;c;aGk=\u001b\\b', 'ab'],
    ['a C1 control sequence', 'a\u009b2Jb', 'ab'],
    ['a C1 string', 'a\u009d0;owned\u009cb', 'ab'],
    ['a string that never ends', 'a\u001b]0;owned', 'a'],
    ['a device control string', 'a\u001bP1;2|x\u001b\\b', 'ab'],
    ['a lone escape', 'a\u001bb', 'ab'],
    ['a carriage return', 'safe\rrm -rf', 'saferm -rf'],
    ['text turned around', 'a\u202eb', 'ab'],
    ['tabs and newlines', 'a\tb\nc', 'a  b\nc'],
  ])('makes %s harmless', (_name, given, expected) => {
    const made = sanitize(given);
    expect(isHarmless(made)).toBe(true);
    expect(made).toBe(expected);
  });

  test('a text that is harmless at a glance is one that nothing has to be taken from', () => {
    for (let code = 0; code < 0x10000; code += 1) {
      const text = `a${String.fromCharCode(code)}b`;
      // A lone escape at the end is taken away, and nothing is harmless at a glance with it.
      expect([code, sanitize(text)]).toEqual([code, sanitize(`${text}\u001b`)]);
    }
  });

  test('whatever is given, what comes out cannot command a terminal', () => {
    const hostile = fc.array(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.constantFrom('\u001b[', '\u001b]', '\u001bP', '\u009b', '\u0007', '\u001b\\', '2J', 'm'),
      ),
    );
    fc.assert(
      fc.property(hostile, (parts) => {
        const text = parts.join('');
        expect(isHarmless(sanitize(text))).toBe(true);
        expect(sanitizeLine(text)).not.toContain('\n');
      }),
      { numRuns: 2000 },
    );
  });

  test('ends an open sequence at the next one, however many there are', () => {
    const many = '\u001b]0;'.repeat(200_000);
    expect(sanitize(`a${many}`)).toBe('a');
    expect(sanitize('a\u001b]0;title\u001b[31mb')).toBe('ab');
  });
});

describe('redact', () => {
  test.each([
    ['postgres://falcon:hunter2@db/x', 'hunter2'],
    ['REDIS_PASSWORD=hunter2 other=1', 'hunter2'],
    ['--password hunter2 --host db', 'hunter2'],
    ['{"api_key": "hunter2"}', 'hunter2'],
    ['Authorization: Bearer abcdefgh12345678', 'abcdefgh12345678'],
    ['AUTH default hunter2', 'hunter2'],
    ['AKIAIOSFODNN7EXAMPLE', 'AKIAIOSFODNN7EXAMPLE'],
  ])('hides the secret in %s', (text, secret) => {
    expect(redactText(text)).not.toContain(secret);
  });

  test('leaves ordinary words alone', () => {
    const text = 'Redis at 172.18.0.4:6379 refuses connections; exit 137, author ops';
    expect(redactText(text)).toBe(text);
  });

  test('hides by the name of the field, however deep, and ends on circles of depth', () => {
    const value = { a: [{ password: 'hunter2', name: 'x' }] };
    expect(redact(value)).toEqual({ a: [{ password: '••••', name: 'x' }] });
    let deep: unknown = 'bottom';
    for (let i = 0; i < 10_000; i += 1) deep = { deep };
    expect(JSON.stringify(redact(deep)).length).toBeLessThan(300);
  });
});
