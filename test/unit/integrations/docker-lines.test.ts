import { describe, expect, it } from 'vitest';
import { parseAnswer, parseRows } from '../../../src/integrations/docker/lines.ts';

const rowsOf = (text: string) => parseRows(Buffer.from(text));

describe('the rows of a list', () => {
  it.each(['[]', ' [ ]\n', '[1]', '[{"a":"]"},{"b":[{"c":"\\"}"}]}]', '["ä€😀", null, [[]]]'])(
    'are what the whole of %s holds',
    async (text) => {
      expect(await rowsOf(text)).toEqual(JSON.parse(text));
    },
  );

  it('are whole wherever a piece of the answer ends, within a character too', async () => {
    // Pieces are 64 KiB: characters of three bytes and rows of odd lengths lie across every border.
    const rows = Array.from({ length: 9000 }, (_, index) => ({
      name: `€${'€'.repeat(index % 7)}`,
      index,
    }));
    const text = JSON.stringify(rows);
    expect(Buffer.byteLength(text)).toBeGreaterThan(4 * 64 * 1024);
    expect(await rowsOf(text)).toEqual(rows);
  });

  it.each(['', '{}', '{"message":"no"}', 'null', '[1', '[{"a":1},{"b"', '[{"a":1},nonsense]'])(
    'are none where the answer is %j',
    async (text) => {
      expect(await rowsOf(text)).toBeNull();
    },
  );

  it('let others have their turn while many are read', async () => {
    const text = JSON.stringify(Array.from({ length: 60_000 }, (_, index) => ({ name: index })));
    let turns = 0;
    let done = false;
    const take = () => {
      turns += 1;
      if (!done) setImmediate(take);
    };
    setImmediate(take);
    await rowsOf(text);
    done = true;
    expect(turns).toBeGreaterThan(1);
  });
});

describe('an answer in JSON', () => {
  it('is parsed, and null where it is none', () => {
    expect(parseAnswer(Buffer.from('{"a":1}'))).toEqual({ a: 1 });
    expect(parseAnswer(Buffer.from('\u0000{'))).toBeNull();
  });
});
