import type { Cache } from '../../src/domain/cache.ts';
import { formatAge } from '../../src/domain/duration.ts';
import { formatBytes, formatFraction } from '../../src/domain/format.ts';
import { type Line, type Tone, text } from './line.ts';

/** Memory use above these fractions of the limit is worth a colour. */
const MEMORY_WARNING = 0.8;
const MEMORY_CRITICAL = 0.9;

const grouped = new Intl.NumberFormat('en-US');

function memoryTone(fraction: number): Tone {
  if (fraction >= MEMORY_CRITICAL) return 'bad';
  return fraction >= MEMORY_WARNING ? 'warn' : 'plain';
}

function memoryLine(cache: Cache): Line {
  const used = formatBytes(cache.usedMemoryBytes);
  if (cache.maxMemoryBytes === 0) {
    return [
      text('     memory  ', 'quiet'),
      text(`${used}, no limit`),
      text(`  ${cache.policy}`, 'quiet'),
    ];
  }
  const fraction = cache.usedMemoryBytes / cache.maxMemoryBytes;
  const tone = memoryTone(fraction);
  const mark = tone === 'plain' ? '' : '▲ ';
  return [
    text('     memory  ', 'quiet'),
    text(`${mark}${formatFraction(fraction)}`, tone),
    text(`  ${used} of ${formatBytes(cache.maxMemoryBytes)}`),
    text(`  ${cache.policy}`, 'quiet'),
  ];
}

/** Hits of all lookups since the server started; null before the first. */
function hitWords(cache: Cache): string {
  const lookups = cache.hitsTotal + cache.missesTotal;
  return lookups === 0 ? 'no lookup yet' : formatFraction(cache.hitsTotal / lookups);
}

/**
 * A Redis server in a few lines: does it answer, memory, load, hits.
 * @param answers false when these are the values of its last answer
 */
export function cacheLines(cache: Cache, answers: boolean): readonly Line[] {
  const latency = cache.latencyMs < 10 ? cache.latencyMs.toFixed(1) : cache.latencyMs.toFixed(0);
  return [
    [
      text(answers ? '   ● ' : '   ○ ', answers ? 'ok' : 'quiet'),
      text(`${answers ? 'answers' : 'answered'} in ${latency} ms`),
      text(
        `  up ${formatAge(cache.uptimeSeconds * 1000)}  ${cache.role} ${cache.version}`,
        'quiet',
      ),
    ],
    memoryLine(cache),
    [
      text('     load    ', 'quiet'),
      text(`${grouped.format(cache.opsPerSecond)} /s  ${cache.clients} clients`),
      text(`  ${grouped.format(cache.keys)} keys`, 'quiet'),
    ],
    [
      text('     hits    ', 'quiet'),
      text(hitWords(cache)),
      text(`  ${grouped.format(cache.evictedTotal)} evicted`, 'quiet'),
    ],
  ];
}
