import { setTimeout as pause } from 'node:timers/promises';
import { type Figure, median, quantile, type Section } from './figures.ts';
import { bundleHello } from './hello.ts';
import { BUNDLE, LAUNCHER, type Place } from './place.ts';
import type { Recording } from './recording.ts';

const FIRST_FRAME = 'CONTAINERS';
const FIRST_NAME = 'svc-1';
/** After this long the console has loaded what a usual look needs, and has kept what was compiled. */
const LOADED_MS = 6000;
/** Of a bare Ink program's start. */
const FIRST_FRAME_TARGET = 1.6;
const NAMES_TARGET = 2.2;

interface Times {
  readonly hello: number[];
  readonly frame: number[];
  readonly names: number[];
  readonly bundleFrame: number[];
  readonly bundleNames: number[];
  readonly node: number[];
}

type Command = readonly [string, ...string[]];

/** Starts a program once and lets it end by itself: what is killed keeps nothing of what it compiled. */
async function fillCache(
  place: Place,
  [command, ...args]: Command,
  use: (program: Recording) => Promise<void>,
): Promise<void> {
  const program = place.program(command, args);
  try {
    await use(program);
    await program.ends();
  } finally {
    await program.close();
  }
}

/** Opens the console, looks at it and leaves it, as an operator does. */
async function look(console: Recording): Promise<void> {
  await console.shows(FIRST_NAME);
  await pause(LOADED_MS);
  console.write('q');
}

async function timesTo(
  place: Place,
  [command, ...args]: Command,
  texts: readonly string[],
): Promise<readonly number[]> {
  const program = place.program(command, args);
  const times: number[] = [];
  try {
    for (const text of texts) times.push(await program.shows(text));
  } finally {
    await program.close();
  }
  return times;
}

const spread = (values: readonly number[]) =>
  `${Math.round(Math.min(...values))} to ${Math.round(Math.max(...values))} ms`;

function figures({
  hello,
  frame,
  names,
  bundleFrame,
  bundleNames,
  node,
}: Times): readonly Figure[] {
  const base = median(hello);
  const time = (name: string, values: readonly number[]): Figure => ({
    name,
    value: median(values),
    unit: 'ms',
    target: null,
    note: spread(values),
  });
  // Each console is held against the bare program beside it: the load of the machine moves both.
  const ratio = (name: string, values: readonly number[], target: number): Figure => ({
    name,
    value: median(values) / base,
    unit: '× bare Ink',
    target,
    note: `pair by pair ${quantile(
      values.map((value, index) => value / (hello[index] ?? base)),
      0.5,
    ).toFixed(2)}`,
  });
  return [
    time('`node -p 0`', node),
    time('bare Ink program', hello),
    time('first frame', frame),
    ratio('first frame', frame, FIRST_FRAME_TARGET),
    time('container names', names),
    ratio('container names', names, NAMES_TARGET),
    time('first frame, without the launcher', bundleFrame),
    ratio('first frame, without the launcher', bundleFrame, FIRST_FRAME_TARGET),
    time('container names, without the launcher', bundleNames),
    ratio('container names, without the launcher', bundleNames, NAMES_TARGET),
  ];
}

/** How long it takes until the operator sees something. */
export async function measureStart(place: Place, runs: number): Promise<Section> {
  const hello = await bundleHello();
  const texts = [FIRST_FRAME, FIRST_NAME];
  const node = process.execPath;
  const times: Times = {
    hello: [],
    frame: [],
    names: [],
    bundleFrame: [],
    bundleNames: [],
    node: [],
  };
  // The bare program ends once it has drawn.
  await fillCache(place, [node, hello], async (program) => void (await program.shows('hello')));
  await fillCache(place, [LAUNCHER], look);
  await fillCache(place, [node, BUNDLE], look);
  for (let run = 0; run < runs; run += 1) {
    const [empty = Number.NaN] = await timesTo(place, [node, '-p', '0'], ['0']);
    const [bare = Number.NaN] = await timesTo(place, [node, hello], ['hello']);
    const [frame = Number.NaN, names = Number.NaN] = await timesTo(place, [LAUNCHER], texts);
    const [direct = Number.NaN, after = Number.NaN] = await timesTo(place, [node, BUNDLE], texts);
    times.node.push(empty);
    times.hello.push(bare);
    times.frame.push(frame);
    times.names.push(names);
    times.bundleFrame.push(direct);
    times.bundleNames.push(after);
  }
  return {
    title: 'Start',
    how: `Medians of ${runs} rounds in which all programs start in turn, each with a filled compile cache; from the start of the process until the text was written.`,
    figures: figures(times),
  };
}
