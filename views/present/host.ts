import { type DiskRow, diskHealth } from '../../src/console/tables/host.ts';
import { formatAge } from '../../src/domain/duration.ts';
import { formatBytes, formatFraction } from '../../src/domain/format.ts';
import type { Host, Pressure } from '../../src/domain/host.ts';
import type { TableView } from './columns.ts';
import { type Line, pad, type Span, type Tone, text, textWidth } from './line.ts';
import { healthTone } from './sign.ts';

const BAR_WIDTH = 10;
const BAR_WIDTH_MAX = 30;
/** Memory above these fractions is worth a colour; swap that is used at all is not. */
const MEMORY_WARNING = 0.95;
const MEMORY_CRITICAL = 0.98;
/** More than this fraction of the last 10 s spent waiting is felt. */
const PRESSURE_WARNING = 0.1;
/** Of what the cores can do. */
const LOAD_WARNING = 1.5;
const LABEL_WIDTH = 8;
const LABEL_WIDTH_MAX = 16;
/** A narrower panel says less of each. */
const ROOMY_WIDTH = 50;
/** `2.31 1.98 1.72 of 128 cores  cpu 100 %`, with what stands before the name. */
const LOAD_WIDTH = 46;
/** Disks that the overview names beside those in trouble. */
const DISKS_SHOWN = 3;

const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const;

/** How much of something is used: `███▌░░░░░░`, exactly `width` columns. */
export function gauge(fraction: number, width: number, tone: Tone): readonly Span[] {
  const parts = Math.round(Math.min(1, Math.max(0, fraction)) * width * 8);
  const full = '█'.repeat(Math.floor(parts / 8)) + (eighths[parts % 8] ?? '');
  return [text(full, tone), text('░'.repeat(width - full.length), 'quiet')];
}

function toneAt(fraction: number, warning: number, critical: number): Tone {
  if (fraction >= critical) return 'bad';
  return fraction >= warning ? 'warn' : 'plain';
}

/** A busy host is worth a look, and no fault in itself: no alert stands behind it. */
const busyTone = (value: number, warning: number): Tone => (value >= warning ? 'warn' : 'plain');

const signs: Partial<Record<Tone, string>> = { warn: '▲ ', bad: '✖ ' };

/** `   ▲ memory   `: a sign where it is in trouble, and what it is. */
function label(name: string, tone: Tone = 'plain', width = LABEL_WIDTH): Line {
  const sign = signs[tone] ?? '  ';
  return [text('   '), text(sign, tone), text(pad(name, width), 'quiet'), text(' ')];
}

/** Something of which a part is used: what it is, and how much. */
interface Share {
  readonly name: string;
  readonly fraction: number;
  readonly tone: Tone;
  readonly words: string;
}

function share({ fraction, name, tone, words }: Share, width?: number): Line {
  const barTone = tone === 'plain' ? 'ok' : tone;
  const percent = formatFraction(fraction).padStart(6);
  return [
    ...label(name, tone, width),
    ...gauge(fraction, BAR_WIDTH, barTone),
    text(` ${percent}`, tone),
    text(`  ${words}`, 'quiet'),
  ];
}

function loadLine({ cores, cpu, load }: Host, width?: number, short = false): Line {
  const [one, five, fifteen] = load;
  const tone = busyTone(one / cores, LOAD_WARNING);
  const told = short ? [one] : [one, five, fifteen];
  const all = told.map((value) => value.toFixed(2)).join(' ');
  const used: Line = cpu === null ? [] : [text('  cpu ', 'quiet'), text(formatFraction(cpu))];
  const unit = short ? '' : cores === 1 ? ' core' : ' cores';
  const words = `${all} of ${cores}${unit}`;
  return [...label('load', tone, width), text(words, tone), ...used];
}

function memoryUse({ memoryAvailableBytes, memoryBytes }: Host): number {
  return memoryBytes === 0 ? 0 : 1 - memoryAvailableBytes / memoryBytes;
}

function memoryLine(host: Host, width?: number): Line {
  const { memoryAvailableBytes, memoryBytes } = host;
  const fraction = memoryUse(host);
  const words = `${formatBytes(memoryBytes - memoryAvailableBytes)} of ${formatBytes(memoryBytes)}`;
  const tone = toneAt(fraction, MEMORY_WARNING, MEMORY_CRITICAL);
  return share({ name: 'memory', fraction, tone, words }, width);
}

function swapLine({ swapBytes, swapUsedBytes }: Host): Line {
  if (swapBytes === 0) return [...label('swap'), text('none', 'quiet')];
  const words = `${formatBytes(swapUsedBytes)} of ${formatBytes(swapBytes)}`;
  const fraction = swapUsedBytes / swapBytes;
  return share({ name: 'swap', fraction, tone: 'plain', words });
}

function pressureTone({ full10, some10 }: Pressure): Tone {
  return busyTone(Math.max(some10, full10 ?? 0), PRESSURE_WARNING);
}

const tones: readonly Tone[] = ['plain', 'warn', 'bad'];

/** How much of the last 10 s something waited for each: `pressure  cpu 12 %  memory 0 %  disk 3 %`. */
function pressureLine({ pressure }: Host, width?: number): Line {
  if (pressure === null) return [...label('pressure'), text('this kernel does not tell', 'quiet')];
  const parts = [
    ['cpu', pressure.cpu],
    ['memory', pressure.memory],
    ['disk', pressure.io],
  ] as const;
  const worst = Math.max(...parts.map(([, one]) => tones.indexOf(pressureTone(one))));
  return [
    ...label('pressure', tones[worst] ?? 'plain', width),
    ...parts.flatMap(
      ([name, one]): Line => [
        text(`${name} `, 'quiet'),
        text(`${formatFraction(one.some10)}  `, pressureTone(one)),
      ],
    ),
    text('of 10 s waiting', 'quiet'),
  ];
}

/** The host without its disks, for the top of the zoomed panel and of its details. */
export function hostLines(host: Host): readonly Line[] {
  return [loadLine(host), memoryLine(host), swapLine(host), pressureLine(host)];
}

/** The end of a path tells more than its beginning. */
function tail(path: string, width: number): string {
  return textWidth(path) <= width ? path : `…${path.slice(1 - width)}`;
}

function diskLine({ disk, health, mount }: DiskRow, width: number): Line {
  const tone = health === 'ok' ? 'plain' : healthTone[health];
  const name = tail(mount, width);
  if (disk === null) return [...label(name, tone, width), text('does not answer', 'bad')];
  const { freeBytes, inodesUsed, used } = disk;
  const full = inodesUsed !== null && diskHealth({ used: inodesUsed }) !== 'ok';
  const nodes = full ? [text(`  inodes ${formatFraction(inodesUsed)}`, tone)] : [];
  const words = `${formatBytes(freeBytes)} free`;
  return [...share({ name, fraction: used, tone, words }, width), ...nodes];
}

function isFelt({ pressure }: Pick<Host, 'pressure'>): boolean {
  return pressure !== null && Object.values(pressure).some((one) => pressureTone(one) !== 'plain');
}

/** A host on the overview: load, memory, pressure that is felt, then its disks, the worst first. */
export function hostDigest(host: Host, rows: readonly DiskRow[], columns: number): readonly Line[] {
  const own = rows.filter((row) => row.host === host.name);
  const roomy = columns >= ROOMY_WIDTH;
  const most = roomy ? LABEL_WIDTH_MAX : LABEL_WIDTH;
  const widths = own.map(({ mount }) => Math.min(most, textWidth(mount)));
  const width = Math.max(LABEL_WIDTH, ...widths);
  return [
    loadLine(host, width, columns < width + LOAD_WIDTH),
    memoryLine(host, width),
    ...(isFelt(host) ? [pressureLine(host, width)] : []),
    ...own.map((row) => diskLine(row, width)),
  ];
}

/** Lines the overview would like for its hosts. */
export function hostWants(hosts: readonly Host[], rows: readonly DiskRow[]): number {
  const troubled = rows.filter(({ health }) => health !== 'ok').length;
  const felt = hosts.filter(isFelt).length;
  return 2 + felt + Math.max(troubled, Math.min(DISKS_SHOWN, rows.length));
}

/** `ashburn-1  up 40d`, for the panel's title. */
export function hostSummary(host: Host, now: number): string {
  return `${host.name}  up ${formatAge(now - host.bootedAt)}`;
}

/** Disks in columns. */
export const hostView: TableView<DiskRow> = {
  columns: [
    {
      id: 'mount',
      min: 10,
      natural: ({ mount }) => textWidth(mount),
      rank: 0,
      cell: ({ mount }, { chosen }) => [text(mount, chosen ? 'strong' : 'plain')],
    },
    {
      id: 'bar',
      min: BAR_WIDTH,
      grow: BAR_WIDTH_MAX,
      rank: 4,
      cell: ({ disk, health }, { width }) =>
        disk === null ? [] : gauge(disk.used, width, healthTone[health]),
    },
    {
      id: 'used',
      min: 6,
      align: 'right',
      rank: 1,
      cell: ({ disk, health }) =>
        disk === null
          ? []
          : [text(formatFraction(disk.used), health === 'ok' ? 'plain' : healthTone[health])],
    },
    {
      id: 'free',
      min: 6,
      align: 'right',
      rank: 2,
      cell: ({ disk }) => (disk === null ? [] : [text(formatBytes(disk.freeBytes))]),
    },
    {
      id: 'size',
      min: 6,
      align: 'right',
      rank: 3,
      cell: ({ disk }) => (disk === null ? [] : [text(formatBytes(disk.sizeBytes))]),
    },
    { id: 'inodes', min: 6, align: 'right', rank: 5, cell: inodesCell },
    {
      id: 'type',
      min: 5,
      rank: 7,
      zoomedOnly: true,
      cell: ({ disk }) => [text(disk?.type ?? '', 'quiet')],
    },
    {
      id: 'device',
      min: 10,
      weight: 1,
      rank: 6,
      zoomedOnly: true,
      cell: ({ disk }) => [text(disk?.device ?? '', 'quiet')],
    },
  ],
  over: ({ disk }) =>
    disk === null
      ? {
          from: 'bar',
          line: () => [text('does not answer: is its server gone?', 'bad')],
        }
      : null,
};

function inodesCell({ disk }: DiskRow): Line {
  const used = disk?.inodesUsed ?? null;
  if (used === null) return [text('–', 'quiet')];
  const health = diskHealth({ used });
  return [text(formatFraction(used), health === 'ok' ? 'plain' : healthTone[health])];
}
