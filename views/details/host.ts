import { type DiskRow, hostTable } from '../../src/console/tables/host.ts';
import { formatBytes, formatFraction } from '../../src/domain/format.ts';
import type { Disk, Host } from '../../src/domain/host.ts';
import type { Labels } from '../../src/domain/metrics.ts';
import { sourcesOf } from '../../src/live/selectors.ts';
import { hostCpuSeries, hostLoadSeries, signalSeries } from '../../src/live/series.ts';
import { charted, heading, labelled } from '../present/detail.ts';
import { gauge, hostLines } from '../present/host.ts';
import { blank, type Line, phrase, text } from '../present/line.ts';
import { healthTone } from '../present/sign.ts';
import type { Detail } from './detail.ts';

const GAUGE_WIDTH = 30;

function diskLines({ health }: DiskRow, disk: Disk): readonly Line[] {
  const tone = healthTone[health];
  const { device, freeBytes, inodesUsed, sizeBytes, type, used, usedBytes } = disk;
  const reserved = Math.max(0, sizeBytes - usedBytes - freeBytes);
  return [
    labelled('used', [
      ...gauge(used, GAUGE_WIDTH, tone),
      text(`  ${formatFraction(used)}`, health === 'ok' ? 'plain' : tone),
      text(`  ${formatBytes(usedBytes)} of ${formatBytes(sizeBytes)}`),
    ]),
    labelled('free', [
      text(formatBytes(freeBytes)),
      text(reserved === 0 ? '' : `  and ${formatBytes(reserved)} for root alone`, 'quiet'),
    ]),
    labelled('inodes', [
      text(inodesUsed === null ? 'no fixed number' : `${formatFraction(inodesUsed)} used`),
    ]),
    labelled('device', [text(device), text(`  ${type}`, 'quiet')]),
  ];
}

function silentLines(): readonly Line[] {
  return [
    labelled('used', [text('its file system does not answer', 'bad')]),
    labelled('to do', [text('see whether its server or its disk is gone; processes that')]),
    labelled('', [text('touch it hang until it is back, or unmounted with umount -l')]),
  ];
}

function ownLines(host: Host, source: string, labels: Labels, width: number): readonly Line[] {
  const up: Line = [text('     up       ', 'quiet'), phrase('age', host.bootedAt, {})];
  const cpu = host.cpu === null ? '' : formatFraction(host.cpu);
  const available = formatFraction(host.memoryAvailableBytes / Math.max(1, host.memoryBytes));
  return [
    blank,
    heading(`Host ${host.name}`),
    up,
    ...hostLines(host),
    ...charted('CPU, all cores', cpu, hostCpuSeries(source), width),
    ...charted('Load', String(host.load[0]), hostLoadSeries(source), width),
    ...charted('Memory available', available, signalSeries('memoryAvailable', labels), width),
  ];
}

/** One disk, and the host it belongs to. */
export const hostDetail: Detail<DiskRow> = {
  table: hostTable,
  summary: ({ disk, health }) =>
    disk === null
      ? [text('does not answer', 'bad')]
      : [text(`${formatFraction(disk.used)} used`, healthTone[health])],
  lines(row, { live, width }) {
    const { disk, host: name, labels } = row;
    const { mount: _, ...ofHost } = labels;
    const observed = sourcesOf(live, 'host').map(({ name: source }) => ({
      source,
      fact: live.facts[source],
    }));
    const mine = observed.find(({ fact }) => fact?.kind === 'host' && fact.value.name === name);
    const host = mine?.fact?.kind === 'host' ? mine.fact.value : undefined;
    return [
      ...(disk === null ? silentLines() : diskLines(row, disk)),
      ...(disk === null
        ? []
        : charted('Used', formatFraction(disk.used), signalSeries('disk', labels), width)),
      ...(host === undefined ? [] : ownLines(host, mine?.source ?? '', ofHost, width)),
    ];
  },
};
