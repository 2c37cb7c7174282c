import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sanitizeLine } from '../../../src/domain/sanitize.ts';
import { shellWord, shellWords } from '../../../src/domain/shell-word.ts';

/** The words a real shell takes from a line. */
function words(line: string): string[] {
  const printed = execFileSync('sh', ['-c', `printf '%s\\0' ${line}`], { encoding: 'utf8' });
  return printed.split('\0').slice(0, -1);
}

describe('a shell word', () => {
  it('stands as it is where a shell takes it so', () => {
    expect(shellWords(['docker', 'compose', '-p', 'falcon', 'a=b,c@d:e/f+g%h'])).toBe(
      'docker compose -p falcon a=b,c@d:e/f+g%h',
    );
    expect(shellWord('')).toBe("''");
    expect(shellWord("it's")).toBe("'it'\\''s'");
  });

  it('is taken by a real shell as it was, whatever it holds, but for what is no text', () => {
    const hostile = fc.constantFrom(
      "'; rm -rf /; '",
      '$(id)',
      '`id`',
      '$HOME',
      '~',
      '*',
      '-rf',
      '#',
      '\\',
      '!!',
      '&& id',
      '\u001b]0;owned\u0007',
      '\n id',
    );
    const text = fc.oneof(hostile, fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }));
    const list = fc.array(
      text.filter((one) => !/\p{Cs}/u.test(one)),
      { minLength: 1, maxLength: 20 },
    );
    fc.assert(
      fc.property(list, (given) => {
        expect(words(shellWords(given))).toEqual(given.map(sanitizeLine));
      }),
      { numRuns: 15 },
    );
  });
});
