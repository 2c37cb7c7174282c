import {
  type CacheRow,
  type CacheTrouble,
  cacheTroubles,
  hitShare,
  memoryShare,
} from '../../src/console/tables/cache.ts';
import { type Cache, hitRateOf } from '../../src/domain/cache.ts';
import { formatAge } from '../../src/domain/duration.ts';
import { formatBytes, formatFraction } from '../../src/domain/format.ts';
import type { Column, TableView } from './columns.ts';
import { type Line, type Tone, text, textWidth } from './line.ts';
import { healthSign, healthTone } from './sign.ts';

/** Memory use above these fractions of the limit is worth a colour. */
const MEMORY_WARNING = 0.8;
const MEMORY_CRITICAL = 0.9;
/** Troubles told on the overview; the zoomed panel and the detail tell all. */
export const TROUBLES_SHOWN = 2;

const grouping = new Intl.NumberFormat('en-US');

export const grouped = (count: number) => grouping.format(count);

/** `0.4 ms`, `12 ms`. */
export const millis = (ms: number) => `${ms < 10 ? ms.toFixed(1) : ms.toFixed(0)} ms`;

/** `3.1 /s`, `412 /s`. */
export const perSecond = (rate: number) =>
  `${rate > 0 && rate < 10 ? rate.toFixed(1) : grouped(Math.round(rate))} /s`;

function memoryTone(fraction: number): Tone {
  if (fraction >= MEMORY_CRITICAL) return 'bad';
  return fraction >= MEMORY_WARNING ? 'warn' : 'plain';
}

/** `▲ 91 %  233M of 256M`, or what is used where there is no limit. */
export function memoryWords(cache: Cache): Line {
  const used = formatBytes(cache.usedMemoryBytes);
  const share = memoryShare(cache);
  if (share === null) return [text(`${used}, no limit`)];
  const tone = memoryTone(share);
  return [
    text(`${tone === 'plain' ? '' : '▲ '}${formatFraction(share)}`, tone),
    text(`  ${used} of ${formatBytes(cache.maxMemoryBytes)}`),
  ];
}

/** `79 % of the last minute`, and since its start where that differs. */
export function hitWords(cache: Cache): Line {
  const total = hitRateOf(cache);
  if (total === null) return [text('no look-up yet', 'quiet')];
  const { recentHitRate } = cache;
  if (recentHitRate === null) return [text(`${formatFraction(total)} since its start`)];
  return [
    text(`${formatFraction(recentHitRate)} in the last minute`),
    text(`  ${formatFraction(total)} since its start`, 'quiet'),
  ];
}

/** `3 of 10,000`, with those that wait. */
export function clientWords(cache: Cache): string {
  const { blockedClients, clients, maxClients } = cache;
  const limit = maxClients === null ? '' : ` of ${grouped(maxClients)}`;
  return `${grouped(clients)}${limit}${blockedClients === 0 ? '' : `, ${blockedClients} waiting`}`;
}

export function troubleLine({ health, words }: CacheTrouble): Line {
  return [text(`   ${healthSign[health]} `, healthTone[health]), text(words, healthTone[health])];
}

const label = (words: string) => text(`     ${words.padEnd(8)}`, 'quiet');

/**
 * A Redis server in a few lines: does it answer, what is wrong, memory, load, hits.
 * @param answers false when these are the values of its last answer
 */
export function cacheLines(cache: Cache, answers: boolean): readonly Line[] {
  const { evictedTotal, evictionsPerSecond } = cache;
  const evicting = evictionsPerSecond !== null && evictionsPerSecond > 0;
  const evicted = evicting
    ? `  ${perSecond(evictionsPerSecond)} evicted`
    : `  ${grouped(evictedTotal)} evicted`;
  return [
    [
      text(answers ? '   ● ' : '   ○ ', answers ? 'ok' : 'quiet'),
      text(`${answers ? 'answers' : 'answered'} in ${millis(cache.latencyMs)}`),
      text(
        `  up ${formatAge(cache.uptimeSeconds * 1000)}  ${cache.role} ${cache.version}`,
        'quiet',
      ),
    ],
    ...cacheTroubles(cache).slice(0, TROUBLES_SHOWN).map(troubleLine),
    [label('memory'), ...memoryWords(cache), text(`  ${cache.policy}`, 'quiet')],
    [
      label('load'),
      text(`${perSecond(cache.opsPerSecond)}  ${grouped(cache.clients)} clients`),
      text(`  ${grouped(cache.keys)} keys`, 'quiet'),
    ],
    [label('hits'), ...hitWords(cache), text(evicted, evicting ? 'warn' : 'quiet')],
  ];
}

function worstOf(cache: Cache | undefined): CacheTrouble | undefined {
  return cache === undefined ? undefined : cacheTroubles(cache)[0];
}

/** A cell of what the server told last; empty until it has. */
function told(
  column: Omit<Column<CacheRow>, 'cell' | 'natural'>,
  cell: (cache: Cache) => Line,
): Column<CacheRow> {
  return { ...column, cell: ({ cache }) => (cache === null ? [] : cell(cache.value)) };
}

const number = { align: 'right' } as const;

/** Caches in columns. */
export const cacheView: TableView<CacheRow> = {
  columns: [
    {
      id: 'name',
      min: 8,
      natural: ({ source }) => textWidth(source.name),
      rank: 0,
      cell: ({ source }, { chosen }) => [text(source.name, chosen ? 'strong' : 'plain')],
    },
    told({ id: 'memory', min: 20, rank: 1 }, memoryWords),
    told({ id: 'hits', min: 6, rank: 3, ...number }, (cache) => {
      const share = hitShare(cache);
      return [share === null ? text('–', 'quiet') : text(formatFraction(share))];
    }),
    told({ id: 'ops', min: 8, rank: 4, ...number }, (cache) => [
      text(perSecond(cache.opsPerSecond)),
    ]),
    told({ id: 'clients', min: 7, rank: 5, ...number }, ({ clients }) => [text(grouped(clients))]),
    told({ id: 'latency', min: 10, rank: 6, ...number }, ({ latencyMs }) => [
      text(millis(latencyMs)),
    ]),
    told({ id: 'keys', min: 9, rank: 7, zoomedOnly: true, ...number }, ({ keys }) => [
      text(grouped(keys)),
    ]),
    told({ id: 'evictions', min: 8, rank: 8, zoomedOnly: true, ...number }, (cache) => {
      const rate = cache.evictionsPerSecond;
      if (rate === null) return [text('–', 'quiet')];
      return [text(perSecond(rate), rate > 0 ? 'warn' : 'plain')];
    }),
    told({ id: 'role', min: 7, rank: 9, zoomedOnly: true }, ({ role }) => [text(role, 'quiet')]),
    {
      id: 'trouble',
      min: 0,
      natural: ({ cache }) => textWidth(worstOf(cache?.value)?.words ?? ''),
      max: 48,
      rank: 2,
      cell({ cache }) {
        const worst = worstOf(cache?.value);
        return worst === undefined ? [] : [text(worst.words, healthTone[worst.health])];
      },
    },
  ],
};
