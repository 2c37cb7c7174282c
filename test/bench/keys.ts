import { setTimeout as pause } from 'node:timers/promises';
import { type Figure, median, quantile, type Section } from './figures.ts';
import { watchLateness } from './lateness.ts';
import type { Place } from './place.ts';
import type { KeyCost, Recording } from './recording.ts';

const SETTLE_MS = 10_000;
const ENTER = '\r';
const ESC = '\x1b';
/** The most a key may take, 95 of 100 times. */
const KEY_TARGET_MS = 30;
const BYTES_TARGET = 700;
const HELD_PER_SECOND = 30;
const HELD_KEYS = 150;
/** Not a multiple of any interval of the console, so that keys meet all moments of its work. */
const BETWEEN_KEYS_MS = 87;

/** Presses keys one after another, each into silence. */
export async function pressAll(
  console: Recording,
  keys: readonly string[],
): Promise<readonly KeyCost[]> {
  const costs: KeyCost[] = [];
  for (const key of keys) {
    await pause(BETWEEN_KEYS_MS);
    const cost = await console.key(key);
    if (cost === null) throw new Error(`nothing was drawn for ${JSON.stringify(key)}`);
    costs.push(cost);
  }
  return costs;
}

/** Down and up again, so that every key moves. */
export const moves = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => (index % 20 < 10 ? 'j' : 'k'));

const settled = (costs: readonly KeyCost[]) => costs.map(({ settledMs }) => settledMs);
const bytes = (costs: readonly KeyCost[]) => costs.map((cost) => cost.bytes);

/** The two figures of a kind of key: how long, and how many bytes. */
function figuresOf(name: string, costs: readonly KeyCost[], bytesTarget: number | null): Figure[] {
  const times = settled(costs);
  return [
    { name: `${name}, median`, value: median(times), unit: 'ms', target: null },
    { name: `${name}, 95 of 100`, value: quantile(times, 0.95), unit: 'ms', target: KEY_TARGET_MS },
    { name: `${name}, bytes`, value: median(bytes(costs)), unit: 'bytes', target: bytesTarget },
  ];
}

/** How long 95 of 100 of these keys take; for a console that is busy with something else. */
export async function keysUnderLoad(
  console: Recording,
  name: string,
  keys: readonly string[],
  targetMs: number,
): Promise<Figure> {
  const costs = await pressAll(console, keys);
  const value = quantile(settled(costs), 0.95);
  const note = `median ${median(settled(costs)).toFixed(1)} ms`;
  return { name: `${name}, 95 of 100`, value, unit: 'ms', target: targetMs, note };
}

/** What a key costs while statistics of the containers in sight flow. */
export async function measureKeys(place: Place): Promise<Section> {
  const console = place.console();
  const lateness = watchLateness();
  try {
    await console.shows('svc-1');
    await pause(SETTLE_MS);
    await pressAll(console, [ENTER]);
    const moved = await pressAll(console, moves(100));
    const rounds = Array.from({ length: 5 }, () => ['/', 's', 'v', 'c', '-', '1', ENTER, ESC]);
    const filtered = await pressAll(console, rounds.flat());
    await pause(1000);
    const held = Array.from({ length: HELD_KEYS }, (_, index) =>
      index < HELD_KEYS / 2 ? 'j' : 'k',
    );
    const lagMs = await console.hold(held, HELD_PER_SECOND);
    const turned = await pressAll(
      console,
      Array.from({ length: 60 }, (_, index) => (index % 2 === 0 ? ESC : ENTER)),
    );
    return {
      title: 'Keys, while statistics flow',
      how: 'Containers on the whole screen. From the key until the last byte of the picture it made; each key into silence, so that a picture of the data itself is not taken for its answer.',
      figures: [
        ...figuresOf('move (`j`, `k`)', moved, BYTES_TARGET),
        ...figuresOf('filter (`/`, text, `⏎`, `Esc`)', filtered, null),
        ...figuresOf('back and open (`Esc`, `⏎`)', turned, null),
        {
          name: `held key, ${HELD_PER_SECOND} a second for ${HELD_KEYS / HELD_PER_SECOND} s: lag of the last`,
          value: lagMs,
          unit: 'ms',
          target: 50,
        },
        await lateness(),
      ],
    };
  } finally {
    await console.close();
  }
}
