import { expect, test } from 'vitest';
import { createByteRing } from '../../harness/byte-ring.ts';
import { createScreen, framed } from '../../harness/screen.ts';

test('the visible lines are what a person would see, not the bytes', async () => {
  const screen = createScreen(20, 3);
  await screen.write('written\r\x1b[Kerased, then this\nsecond  ');
  expect(screen.lines()).toEqual(['erased, then this', 'second', '']);
});

test('every way of clearing the whole screen is counted, and a line erased is not', async () => {
  const screen = createScreen(20, 3);
  await screen.write('a\nb\x1b[K\x1b[J');
  expect(screen.counters().clears).toBe(0);
  await screen.write('\x1b[2J');
  await screen.write('\x1b[3J');
  await screen.write('\x1b[');
  await screen.write('H\x1b[J');
  expect(screen.counters().clears).toBe(3);
});

test.each(['', '\x1b[?1049h'])(
  'lines pushed off the top are counted on the screen after %j',
  async (enter) => {
    const screen = createScreen(20, 3);
    await screen.write(`${enter}\x1b[Hone\ntwo\nthree`);
    expect(screen.counters().scrolledLines).toBe(0);
    await screen.write('\nfour\nfive');
    expect(screen.counters().scrolledLines).toBe(2);
    await screen.write('\x1b[3S\x1b[?1049l');
    expect(screen.counters().scrolledLines).toBe(5);
  },
);

test('a line pushed off is told with the bytes that did it, a change of the screens is not', async () => {
  const screen = createScreen(20, 3);
  await screen.write('one\n\x1b[?1049h\x1b[?1049l\x1b[Htwo');
  expect(screen.scrolls()).toEqual([]);
  void screen.write('\nthree\nfour');
  await screen.write('\nfive');
  expect(screen.scrolls()).toEqual([
    { drawing: '\nfive', cursor: { x: 0, y: 2 }, lines: ['three', 'four', ''] },
  ]);
});

test('the modes a program must give back are followed', async () => {
  const screen = createScreen(20, 3);
  await screen.write('\x1b[?1049h\x1b[?25l\x1b[?2004h\x1b[?1000h');
  expect(screen.modes()).toEqual({
    alternateScreen: true,
    cursorShown: false,
    bracketedPaste: true,
    mouse: true,
  });
  await screen.write('\x1b[?1000l\x1b[?2004l\x1b[?25h\x1b[?1049l');
  expect(screen.modes()).toEqual({
    alternateScreen: false,
    cursorShown: true,
    bracketedPaste: false,
    mouse: false,
  });
});

test('the frame of a failure message holds every line', async () => {
  const screen = createScreen(4, 2);
  await screen.write('ab\ncd');
  expect(framed(screen)).toBe('┌────\n│ab\n│cd\n└────');
});

test('the ring keeps the last bytes only', () => {
  const ring = createByteRing(4);
  for (const chunk of ['abc', 'def', 'ghi', 'j']) ring.push(Buffer.from(chunk));
  expect(ring.bytes().toString()).toBe('ghij');
});
