import { expect, test } from 'vitest';
import { createTurns } from '../../../src/integrations/postgres/turns.ts';

/** Work that ends when it is told to. */
function piece() {
  const { promise, resolve } = Promise.withResolvers<string>();
  return { end: resolve, run: () => promise };
}

const still = new AbortController().signal;

test('no more than a few run at once, and who waits longest goes first', async () => {
  const turns = createTurns(2);
  const begun: string[] = [];
  const pieces = ['a', 'b', 'c', 'd'].map((name) => ({ name, ...piece() }));
  const done = pieces.map(({ name, run }) =>
    turns.take(() => {
      begun.push(name);
      return run();
    }, still),
  );
  await Promise.resolve();
  expect(begun).toEqual(['a', 'b']);
  pieces[1]?.end('b');
  expect(await done[1]).toBe('b');
  expect(begun).toEqual(['a', 'b', 'c']);
  for (const { end, name } of pieces) end(name);
  expect(await Promise.all(done)).toEqual(['a', 'b', 'c', 'd']);
});

test('one that fails gives its place on; one that is aborted leaves the line', async () => {
  const turns = createTurns(1);
  const first = piece();
  const failing = turns.take(async () => {
    await first.run();
    throw new Error('no connection');
  }, still);
  const leaving = new AbortController();
  const left = turns.take(async () => 'never', leaving.signal);
  const last = turns.take(async () => 'last', still);
  leaving.abort(new Error('the walk ended'));
  await expect(left).rejects.toThrow('the walk ended');
  first.end('');
  await expect(failing).rejects.toThrow('no connection');
  expect(await last).toBe('last');
});
