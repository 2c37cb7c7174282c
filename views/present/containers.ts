import { containerHealth } from '../../src/console/rows.ts';
import type { Container, ContainerUsage } from '../../src/domain/container.ts';
import { formatBytes, formatFraction } from '../../src/domain/format.ts';
import { cpuSeries } from '../../src/live/series.ts';
import { age, cell, type Line, lineWidth, type Span, spark, text, textWidth } from './line.ts';
import { healthSign, healthTone } from './sign.ts';

/** Names longer than this are cut in the overview. */
const NAME_WIDTH_MAX = 22;
const NAME_WIDTH_MIN = 8;

/** Why a container that does not run does not: exit, out of memory. */
function downWords(container: Container, short: boolean): string {
  const exit = container.exitCode === null ? '' : ` ${container.exitCode}`;
  const memory = container.oomKilled ? (short ? ', OOM' : ', out of memory') : '';
  return `${container.state}${exit}${memory}`;
}

/** The name without the compose project it shares with all others: `falcon-redis` is `redis`. */
export function shortName(container: Pick<Container, 'name' | 'project'>): string {
  const { name, project } = container;
  const head = project === null ? '' : `${project}-`;
  return head !== '' && name.startsWith(head) && name !== head ? name.slice(head.length) : name;
}

/** The names to show: shortened while all containers are of one project. */
export function shownNames(containers: readonly Container[]): ReadonlyMap<string, string> {
  const projects = new Set(containers.map(({ project }) => project));
  const short = projects.size === 1;
  return new Map(containers.map((item) => [item.id, short ? shortName(item) : item.name]));
}

function upWords(container: Container): readonly Span[] {
  const health = container.health === 'none' || container.health === 'healthy';
  const word = container.state === 'running' ? 'up ' : `${container.state} `;
  const since = container.startedAt === null ? [] : [age(container.startedAt)];
  return health ? [text(word), ...since] : [text(`${container.health} `, 'warn'), ...since];
}

function usageCells(usage: ContainerUsage | undefined): { cpu: string; memory: string } {
  const cpu = usage?.cpu == null ? '' : formatFraction(usage.cpu);
  const used = usage?.memoryBytes == null ? '' : formatBytes(usage.memoryBytes);
  const limit = usage?.memoryLimitBytes ? ` of ${formatBytes(usage.memoryLimitBytes)}` : '';
  return { cpu, memory: used === '' ? '' : `${used}${limit}` };
}

/** How wide the name column of these containers is. */
export function nameWidth(names: Iterable<string>, max = NAME_WIDTH_MAX): number {
  return Math.min(Math.max(NAME_WIDTH_MIN, ...[...names].map(textWidth)), max);
}

export interface ContainerLook {
  readonly name: string;
  readonly width: number;
  readonly nameWidth: number;
  readonly chosen: boolean;
}

/** One container as a row: what matters first, more columns as the width allows. */
export function containerLine(
  container: Container,
  usage: ContainerUsage | undefined,
  look: ContainerLook,
): Line {
  const health = containerHealth(container);
  const tone = healthTone[health];
  const lead: Line = [
    text(look.chosen ? ' ▸ ' : '   ', 'accent'),
    text(`${healthSign[health]} `, tone),
    ...cell([text(look.name, look.chosen ? 'strong' : 'plain')], look.nameWidth),
    text('  '),
  ];
  const restarts: Line =
    container.restartCount > 0 ? [text(`  ${container.restartCount} ↻`, 'warn')] : [];
  const room = look.width - 7 - look.nameWidth;
  if (container.state !== 'running') {
    const words = downWords(container, room < 25);
    const dated = container.finishedAt !== null && room >= words.length + 8;
    const since = dated ? [text('  '), age(container.finishedAt ?? 0, tone)] : [];
    const counted = room >= words.length + (dated ? 8 : 0) + lineWidth(restarts) ? restarts : [];
    return [...lead, text(words, tone), ...since, ...counted];
  }
  const { cpu, memory } = usageCells(usage);
  const columns: Span[] = [...cell(upWords(container), 10)];
  if (room >= 16) columns.push(...cell([text(cpu)], 6, 'right'));
  if (room >= 32) columns.push(text('  '), ...cell([text(memory)], 13));
  else if (room >= 24) columns.push(text('  '), ...cell([text(memory.split(' ')[0] ?? '')], 5));
  if (room >= 43) columns.push(text('  '), spark(cpuSeries(container.id), 10));
  if (room >= 90) columns.push(text('  '), ...cell([text(container.image, 'quiet')], 30));
  return [...lead, ...columns, ...restarts];
}

/** Everything known of one container, for the foot of the zoomed panel. */
export function containerDetails(container: Container): readonly Line[] {
  const ports = container.ports
    .map((port) => `${port.hostAddress}:${port.hostPort} → ${port.containerPort}`)
    .join('   ');
  const addresses = Object.entries(container.addresses)
    .map(([network, address]) => `${network} ${address}`)
    .join('   ');
  const pair = (name: string, value: string): Line => [
    text(`   ${name.padEnd(10)}`, 'quiet'),
    text(value),
  ];
  return [
    pair('id', container.id.slice(0, 12)),
    pair('image', container.image),
    pair('compose', `${container.project ?? 'no project'} / ${container.service ?? 'no service'}`),
    pair('network', addresses || 'none'),
    pair('published', ports || 'nothing'),
    pair('restarts', String(container.restartCount)),
  ];
}

/** `6 of 7 up`, for the panel's title. */
export function containersSummary(containers: readonly Container[]): string {
  if (containers.length === 0) return '';
  const up = containers.filter(({ state }) => state === 'running').length;
  return `${up} of ${containers.length} up`;
}
