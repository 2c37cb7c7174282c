import { type ContainerRow, containerHealth } from '../../src/console/tables/containers.ts';
import type { ComposeService } from '../../src/domain/compose.ts';
import type { Container } from '../../src/domain/container.ts';
import { formatBytes, formatFraction } from '../../src/domain/format.ts';
import { cpuSeries } from '../../src/live/series.ts';
import type { TableView } from './columns.ts';
import { age, type Line, lasting, lineWidth, type Span, spark, text, textWidth } from './line.ts';
import { healthTone } from './sign.ts';

const NAME_WIDTH_MIN = 8;
/** `412M of 1.0G` */
const MEMORY_WIDTH = 13;

/** Why a container that does not run does not: exit, out of memory. */
function downWords(container: Container, short: boolean): string {
  const exit = container.exitCode === null ? '' : ` ${container.exitCode}`;
  const memory = container.oomKilled ? (short ? ', OOM' : ', out of memory') : '';
  return `${container.state}${exit}${memory}`;
}

function upWords(container: Container): readonly Span[] {
  const health = container.health === 'none' || container.health === 'healthy';
  const word = container.state === 'running' ? 'up ' : `${container.state} `;
  // What is unhealthy has a time of its own: since when, not how long it has run.
  const begun = health
    ? container.startedAt
    : (container.probe?.failingSince ?? container.startedAt);
  const since = begun === null ? [] : [lasting(begun)];
  // It runs again, but what ended it may end it again.
  const memory = container.oomKilled ? [text('OOM ', 'bad')] : [];
  if (health) return [...memory, text(word), ...since];
  return [...memory, text(`${container.health} `, 'warn'), ...since];
}

/** What a container that does not run has to say, since when, and how often it was started again. */
function downLine({ container, finished = false }: ContainerRow, width: number): Line {
  const tone = finished ? 'quiet' : healthTone[containerHealth(container)];
  const restarts: Line =
    container.restartCount > 0 ? [text(`  ${container.restartCount} ↻`, 'warn')] : [];
  const words = finished ? 'finished' : downWords(container, width < 25);
  const dated = container.finishedAt !== null && width >= words.length + 8;
  const since = dated ? [text('  '), age(container.finishedAt ?? 0, tone)] : [];
  const used = words.length + (dated ? 8 : 0);
  return [text(words, tone), ...since, ...(width >= used + lineWidth(restarts) ? restarts : [])];
}

function memoryCell({ usage }: ContainerRow, width: number): Line {
  if (usage?.memoryBytes == null) return [];
  const used = formatBytes(usage.memoryBytes);
  const limit = usage.memoryLimitBytes ? ` of ${formatBytes(usage.memoryLimitBytes)}` : '';
  return [text(width >= MEMORY_WIDTH ? `${used}${limit}` : used)];
}

/** Containers in columns; one that is down says why instead. */
export const containersView: TableView<ContainerRow> = {
  columns: [
    {
      id: 'name',
      min: NAME_WIDTH_MIN,
      natural: ({ label }) => textWidth(label),
      rank: 0,
      cell: ({ label }, { chosen }) => [text(label, chosen ? 'strong' : 'plain')],
    },
    { id: 'state', min: 10, rank: 1, cell: ({ container }) => upWords(container) },
    {
      id: 'cpu',
      min: 6,
      align: 'right',
      rank: 2,
      cell: ({ usage }) => [text(usage?.cpu == null ? '' : formatFraction(usage.cpu))],
    },
    {
      id: 'memory',
      min: 5,
      grow: MEMORY_WIDTH,
      rank: 3,
      cell: (row, { width }) => memoryCell(row, width),
    },
    {
      id: 'chart',
      min: 10,
      rank: 4,
      cell: ({ container }) => [spark(cpuSeries(container.id), 10)],
    },
    {
      id: 'restarts',
      min: 0,
      natural: ({ container }) => (container.restartCount > 0 ? 8 : 0),
      align: 'right',
      rank: 5,
      cell: ({ container: { restartCount: count } }) =>
        count > 0 ? [text(`${count} ↻`, 'warn')] : [],
    },
    {
      id: 'image',
      min: 16,
      weight: 2,
      rank: 6,
      zoomedOnly: true,
      cell: ({ container }) => [text(container.image, 'quiet')],
    },
    {
      id: 'id',
      min: 12,
      rank: 7,
      zoomedOnly: true,
      cell: ({ container }) => [text(container.id.slice(0, 12), 'quiet')],
    },
  ],
  over(row) {
    if (row.container.state === 'running') return null;
    return { from: 'state', line: (width) => downLine(row, width) };
  },
};

/** `6 of 7 up`, for the panel's title; of those that have done their work none is missed. */
export function containersSummary(rows: readonly ContainerRow[]): string {
  const meant = rows.filter(({ finished = false }) => !finished);
  if (meant.length === 0) return '';
  const up = meant.filter(({ container }) => container.state === 'running').length;
  return `${up} of ${meant.length} up`;
}

/** `▲ worker-4 absent`: services that are declared and do not run, for the panel's title. */
export function missingWords(missing: readonly ComposeService[]): Line {
  const [first] = missing;
  if (first === undefined) return [];
  const more = missing.length > 1 ? ` +${missing.length - 1}` : '';
  return [text(`  ▲ ${first.service} absent${more}`, 'warn')];
}

/** A service that is declared and does not run, with what would bring it up. */
export function missingLine({ service, declared, running, command }: ComposeService): Line {
  return [
    text(` ▲ ${service}`, 'warn'),
    text(`  ${declared ?? 0} declared, ${running} up   `),
    text(command, 'quiet'),
  ];
}
