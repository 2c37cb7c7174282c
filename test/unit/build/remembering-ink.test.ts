import chalk from 'chalk';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createScreen } from '../../harness/screen.ts';

// What the build puts in the place of parts of Ink must do what those parts do, whatever it is asked.

interface Clip {
  readonly x1: number | undefined;
  readonly x2: number | undefined;
  readonly y1: number | undefined;
  readonly y2: number | undefined;
}

interface Output {
  write(x: number, y: number, text: string, options: { readonly transformers: unknown[] }): void;
  clip(clip: Clip): void;
  unclip(): void;
  get(): { readonly output: string; readonly height: number };
}

type Outputs = new (size: { readonly width: number; readonly height: number }) => Output;

async function load<T>(path: string): Promise<T> {
  const module = (await import(new URL(`../../../${path}`, import.meta.url).href)) as {
    default: T;
  };
  return module.default;
}

const Plain = await load<Outputs>('node_modules/ink/build/output.js');
const Remembered = await load<Outputs>('scripts/build/memo/output.js');

const WIDTH = 24;
const HEIGHT = 5;

/** What the console draws with, colours that go on included. */
const piece = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('● ', 'svc-1', '▁▂█', '─'.repeat(9), ' ', '  ', '\n') },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      ...['\u001b[31m', '\u001b[39m', '\u001b[1m', '\u001b[2m', '\u001b[22m', '\u001b[0m'],
      ...['\u001b[38;2;1;20;30m', '\u001b[1;31m', '\u001b[44m', '\u001b[49m', '\u001b[m'],
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom('漢', 'e\u0301', '\u00a0', '\u001b[99999m', '👍') },
);
const bound = (least: number, most: number) =>
  fc.option(fc.integer({ min: least, max: most }), { nil: undefined });
const text = fc.oneof(
  fc.constantFrom('', 'redis', '漢字 wide', 'e\u0301 \u200b ☃', '   ', 'two\nrows', 'x'.repeat(40)),
  fc.constantFrom('red', 'green').map((color) => `\u001b[31m${color}\u001b[39m and plain`),
  fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join('')),
  fc.string({ maxLength: 30 }),
);
const transformers = fc.constantFrom<((line: string) => string)[]>(
  [],
  [(line) => line],
  [(line) => `\u001b[1m${line}\u001b[22m`],
  [(line) => line.toUpperCase()],
);
const write = fc.record({
  x: fc.integer({ min: -4, max: WIDTH + 4 }),
  y: fc.integer({ min: -2, max: HEIGHT + 2 }),
  text,
  transformers,
});
const clip = fc.record({
  x1: bound(-2, WIDTH),
  x2: bound(-2, WIDTH + 2),
  y1: bound(-2, HEIGHT),
  y2: bound(-2, HEIGHT + 2),
});
const group = fc.record({
  clips: fc.array(clip, { maxLength: 2 }),
  writes: fc.array(write, { maxLength: 4 }),
});

function compose(
  Class: Outputs,
  groups: readonly (typeof group extends fc.Arbitrary<infer T> ? T : never)[],
) {
  const output = new Class({ width: WIDTH, height: HEIGHT });
  for (const { clips, writes } of groups) {
    for (const each of clips) output.clip(each);
    for (const { x, y, text: words, transformers: changes } of writes) {
      output.write(x, y, words, { transformers: changes });
    }
    for (const _ of clips) output.unclip();
  }
  return output.get();
}

test('a remembered screen is the one Ink composes, the first time and each time after', () => {
  fc.assert(
    fc.property(fc.array(group, { maxLength: 6 }), (groups) => {
      const expected = compose(Plain, groups);
      expect(compose(Remembered, groups)).toEqual(expected);
      expect(compose(Remembered, groups)).toEqual(expected);
    }),
    { numRuns: 600 },
  );
});

test('a cut text and a styled one keep their colours', () => {
  const groups = [
    {
      clips: [{ x1: 2, x2: 8, y1: undefined, y2: undefined }],
      writes: [{ x: 0, y: 1, text: chalk.red('0123456789'), transformers: [] }],
    },
    { clips: [], writes: [{ x: 10, y: 1, text: '漢', transformers: [chalk.bold] }] },
  ];
  expect(compose(Remembered, groups)).toEqual(compose(Plain, groups));
});

test('a remembered text is cleaned as Ink cleans it', async () => {
  type Sanitize = (text: string) => string;
  const plain = await load<Sanitize>('node_modules/ink/build/sanitize-ansi.js');
  const remembered = await load<Sanitize>('scripts/build/memo/sanitize-ansi.js');
  const parts = fc.constantFrom(
    '\u001b[2J',
    '\u001b[31m',
    '\u001b[4:3m',
    '\u009b',
    '\u0007',
    'word',
    '\t',
  );
  fc.assert(
    fc.property(fc.array(parts, { maxLength: 6 }), (found) => {
      const words = found.join('');
      expect(remembered(words)).toBe(plain(words));
    }),
  );
});

test('rows that have not changed are stepped over at once, and the screen is the same', async () => {
  type LogUpdate = {
    create(stream: unknown, options: { incremental: boolean }): (frame: string) => void;
  };
  const draw = async (path: string, frames: readonly string[]) => {
    const screen = createScreen(WIDTH, 12);
    const written: Promise<void>[] = [];
    const stream = { columns: WIDTH, write: (bytes: string) => written.push(screen.write(bytes)) };
    const update = (await load<LogUpdate>(path)).create(stream, { incremental: true });
    for (const frame of frames) update(frame);
    await Promise.all(written);
    return { lines: screen.lines(), bytes: screen.counters().bytes };
  };
  const frame = (second: number, chosen: number) =>
    Array.from({ length: 12 }, (_, row) =>
      row === 0 ? `clock ${second}` : `${row === chosen ? '▸' : ' '} row ${row}`,
    ).join('\n');
  const frames = [frame(1, 8), frame(2, 8), frame(2, 9), frame(3, 1), frame(3, 1)];
  const plain = await draw('node_modules/ink/build/log-update.js', frames);
  const brief = await draw('scripts/build/memo/log-update.js', frames);
  expect(brief.lines).toEqual(plain.lines);
  expect(brief.lines.slice(0, 2)).toEqual(['clock 3', '▸ row 1']);
  expect(brief.bytes).toBeLessThan(plain.bytes);
});

test('every character taken for one cell is one, whatever stands beside it', async () => {
  type Width = (text: string) => number;
  const width = await load<Width>('node_modules/string-width/index.js');
  const { cellsOf } = (await import(
    new URL('../../../scripts/build/memo/simple.js', import.meta.url).href
  )) as { cellsOf(text: string): string | null };
  const cells = Array.from({ length: 0x10000 }, (_, code) => String.fromCharCode(code)).filter(
    (character) => cellsOf(character) !== null,
  );
  expect(cells.length).toBeGreaterThan(1000);
  expect(cells.filter((character) => width(character) !== 1)).toEqual([]);
  expect(cells.filter((character) => /\p{Default_Ignorable_Code_Point}/u.test(character))).toEqual(
    [],
  );
  for (const lead of ['a', '1', '●', '▁', '↻', 'я', '☃'].filter((one) => cellsOf(one) !== null)) {
    const glued = cells.filter((character) => width(lead + character) !== 2);
    expect(glued).toEqual([]);
  }
  const segmenter = new Intl.Segmenter();
  expect([...segmenter.segment(cells.join(''))].length).toBe(cells.length);
});

test('a text is as wide and as high as Ink measures it', async () => {
  type Measure = (text: string) => { readonly width: number; readonly height: number };
  const plain = await load<Measure>('node_modules/ink/build/measure-text.js');
  const remembered = await load<Measure>('scripts/build/memo/measure-text.js');
  fc.assert(
    fc.property(text, (words) => {
      expect(remembered(words)).toEqual(plain(words));
    }),
    { numRuns: 500 },
  );
});

test('a changed line is written as Ink writes it', async () => {
  type Update = (previous: string, next: string, columns: number | undefined) => string;
  const plain = await load<Update>('node_modules/ink/build/line-update.js');
  const brief = await load<Update>('scripts/build/memo/line-update.js');
  const line = text.map((words) => words.replaceAll('\n', ' '));
  const ends = fc.tuple(line, line, line);
  fc.assert(
    fc.property(ends, fc.constantFrom(80, 12, 1, undefined), ([start, before, after], columns) => {
      const [previous, next] = [start + before, start + after];
      expect(brief(previous, next, columns)).toBe(plain(previous, next, columns));
    }),
    { numRuns: 2000 },
  );
});
