import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createFrames } from '../../../src/integrations/postgres/frames.ts';
import { message, ready, refusal, result } from '../../contract/postgres/wire-server.ts';

const talk = Buffer.concat([
  message('R', Buffer.alloc(4)),
  ready,
  result([
    { a: 'x'.repeat(300), b: null },
    { a: '', b: 'D' },
  ]),
  ready,
  refusal('57014', 'canceling statement'),
]);

it('lets a conversation through, however it is cut into pieces', () => {
  const cuts = fc.array(fc.integer({ min: 0, max: talk.length }), { maxLength: 30 });
  fc.assert(
    fc.property(cuts, (places) => {
      const frames = createFrames(1000);
      const ends = [...places, talk.length].sort((a, b) => a - b);
      let from = 0;
      for (const end of ends) {
        expect(frames.fit(talk.subarray(from, end))).toBe(true);
        from = end;
      }
    }),
  );
});

it('refuses what is no message, at the first byte that shows it', () => {
  expect(createFrames(1000).fit(Buffer.from('HTTP/1.1'))).toBe(false);
  expect(createFrames(1000).fit(ready)).toBe(false);
  const begun = () => {
    const frames = createFrames(1000);
    frames.fit(message('R', Buffer.alloc(4)));
    return frames;
  };
  expect(begun().fit(Buffer.from('x'))).toBe(false);
  expect(begun().fit(Buffer.from([0x44, 0, 0, 0x04, 0]))).toBe(false);
  expect(begun().fit(Buffer.from([0x44, 0, 0, 0, 3]))).toBe(false);
  expect(begun().fit(Buffer.from([0x44, 0, 0, 0, 4]))).toBe(true);
});
