import { type CacheRow, cacheTable, cacheTroubles } from '../../src/console/tables/cache.ts';
import type { Cache, CacheReplica, SlowCommand } from '../../src/domain/cache.ts';
import { formatAge } from '../../src/domain/duration.ts';
import { formatBytes } from '../../src/domain/format.ts';
import { cacheLatencySeries, cacheMemorySeries, cacheOpsSeries } from '../../src/live/series.ts';
import {
  clientWords,
  grouped,
  hitWords,
  memoryWords,
  millis,
  perSecond,
  troubleLine,
} from '../present/cache.ts';
import { charted, heading, labelled } from '../present/detail.ts';
import { age, blank, cell, type Line, phrase, text } from '../present/line.ts';
import type { Detail } from './detail.ts';

/** A command slower than this is worth a colour. */
const SLOW_MS = 100;

function usageLines(cache: Cache): readonly Line[] {
  const { evictedTotal, evictionsPerSecond, expiredTotal } = cache;
  const rate = evictionsPerSecond === null ? '' : `${perSecond(evictionsPerSecond)}, `;
  const peak = formatBytes(cache.peakMemoryBytes);
  return [
    labelled('memory', [
      ...memoryWords(cache),
      text(`  ${cache.policy}  at most ${peak} so far`, 'quiet'),
    ]),
    labelled('clients', [
      text(clientWords(cache)),
      text(`  ${grouped(cache.rejectedTotal)} turned away since its start`, 'quiet'),
    ]),
    labelled('load', [text(perSecond(cache.opsPerSecond))]),
    labelled('hits', [
      ...hitWords(cache),
      text(
        `  ${grouped(cache.hitsTotal)} of ${grouped(cache.hitsTotal + cache.missesTotal)}`,
        'quiet',
      ),
    ]),
    labelled('evicted', [
      text(`${rate}${grouped(evictedTotal)} since its start`),
      text(`  ${grouped(expiredTotal)} expired`, 'quiet'),
    ]),
  ];
}

function replicaLine({ address, state, lagSeconds, lagBytes }: CacheReplica): Line {
  const late = lagSeconds === null ? '' : `, heard ${lagSeconds} s ago`;
  const behind = lagBytes === null || lagBytes === 0 ? '' : `, ${formatBytes(lagBytes)} behind`;
  const tone = state === 'online' ? 'plain' : 'warn';
  return labelled('replica', [text(`${address}  ${state}${late}${behind}`, tone)]);
}

function replicationLines({ master, replicas }: Cache): readonly Line[] {
  if (master === null && replicas.length === 0) {
    return [labelled('replication', [text('no replica is connected', 'quiet')])];
  }
  if (master === null) return replicas.map(replicaLine);
  const { address, copying, downSeconds, lagSeconds, link } = master;
  const down = downSeconds === null ? 'down' : `down for ${formatAge(downSeconds * 1000)}`;
  const heard = lagSeconds === null ? '' : `, heard ${lagSeconds} s ago`;
  const words = link === 'up' ? `up${heard}` : copying ? 'down, first copy under way' : down;
  return [
    labelled('master', [text(`${address}  link ${words}`, link === 'up' ? 'plain' : 'bad')]),
    ...replicas.map(replicaLine),
  ];
}

function persistenceLine({ persistence }: Cache): Line {
  const { aof, lastSavedAt, trouble, unsavedChanges } = persistence;
  if (trouble !== null) return labelled('on disk', [text(trouble, 'warn')]);
  const file = aof ? 'append-only file  ' : '';
  const saved: Line =
    lastSavedAt === null
      ? [text('no snapshot', 'quiet')]
      : [phrase('age', lastSavedAt, { before: 'saved ', after: ' ago' })];
  return labelled('on disk', [
    text(file),
    ...saved,
    text(`  ${grouped(unsavedChanges)} changes since`, 'quiet'),
  ]);
}

function databaseLines({ databases }: Cache): readonly Line[] {
  if (databases.length === 0) return [labelled('keys', [text('none', 'quiet')])];
  return databases.map(({ db, keys, expires }) =>
    labelled(`db ${db}`, [
      text(`${grouped(keys)} keys`),
      text(`  ${grouped(expires)} with a time to live`, 'quiet'),
    ]),
  );
}

function slowLine({ at, durationMs, command, client }: SlowCommand, width: number): Line {
  return [
    text('   '),
    age(at, 'quiet'),
    text('  '),
    ...cell([text(millis(durationMs), durationMs >= SLOW_MS ? 'warn' : 'plain')], 9, 'right'),
    text('  '),
    ...cell([text(command)], Math.max(20, width - 50)),
    text(`  ${client}`, 'quiet'),
  ];
}

function slowLines({ slowLog }: Cache, width: number): readonly Line[] {
  const head = [blank, heading('Slow commands')];
  if (slowLog === null) {
    const words =
      'this user may not read the slow log: allow it with ACL SETUSER <user> +slowlog|get';
    return [...head, [text(`   ${words}`, 'quiet')]];
  }
  if (slowLog.length === 0) return [...head, [text('   none since its start', 'quiet')]];
  return [...head, ...slowLog.map((entry) => slowLine(entry, width))];
}

function chartLines({ source }: CacheRow, cache: Cache, width: number): readonly Line[] {
  const { latencyMs, opsPerSecond, usedMemoryBytes } = cache;
  const memory = formatBytes(usedMemoryBytes);
  return [
    ...charted('Answers in', millis(latencyMs), cacheLatencySeries(source.name), width),
    ...charted('Commands a second', String(opsPerSecond), cacheOpsSeries(source.name), width),
    ...charted('Memory', memory, cacheMemorySeries(source.name), width),
  ];
}

function stateWords({ source, cache }: CacheRow): Line {
  if (source.status === 'failed') return [text('does not answer', 'bad')];
  if (cache === null) return [text('has not answered yet', 'quiet')];
  return [text(`answers in ${millis(cache.value.latencyMs)}`)];
}

/** One cache: memory, clients, hits, replicas, what is on disk, and its slow commands. */
export const cacheDetail: Detail<CacheRow> = {
  table: cacheTable,
  summary: stateWords,
  source: ({ source }) => source,
  lines(row, { width }) {
    if (row.cache === null) return [[text('   nothing is known of it yet', 'quiet')]];
    const { value } = row.cache;
    const version = `${value.role} ${value.version}, up ${formatAge(value.uptimeSeconds * 1000)}`;
    return [
      ...cacheTroubles(value).map(troubleLine),
      labelled('server', [text(version)]),
      ...usageLines(value),
      ...replicationLines(value),
      persistenceLine(value),
      ...databaseLines(value),
      ...slowLines(value, width),
      ...chartLines(row, value, width),
    ];
  },
};
