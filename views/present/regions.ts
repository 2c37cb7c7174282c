import { regionHealth } from '../../src/console/tables/regions.ts';
import { formatAge } from '../../src/domain/duration.ts';
import type { RegionStanding } from '../../src/domain/fleet.ts';
import type { TableView } from './columns.ts';
import { age, type Line, phrase, text, textWidth } from './line.ts';
import { healthSign, healthTone } from './sign.ts';

const DAY_MS = 86_400_000;

const reachWords: Readonly<Record<RegionStanding['reach'], string>> = {
  connecting: 'connecting…',
  alive: 'alive',
  partly: 'in part',
  lost: 'lost',
};

function reach({ reach: how, since }: RegionStanding): Line {
  if (how === 'alive') return [text(reachWords.alive)];
  if (how === 'connecting') return [text(reachWords.connecting, 'quiet')];
  const tone = how === 'lost' ? 'bad' : 'warn';
  return [phrase('age', since, { before: `${reachWords[how]} ` }, tone)];
}

function alert({ worst, firing, reach: how }: RegionStanding): Line {
  if (worst === null) return [text(how === 'connecting' ? '–' : 'none', 'quiet')];
  const tone = worst.firing ? 'bad' : 'warn';
  const more = firing > 1 ? `  and ${firing - 1} more` : '';
  const words = worst.firing ? worst.severity : 'pending';
  return [text(`${words} ${worst.name} `, tone), age(worst.since, tone), text(more, 'quiet')];
}

function breakers({ breakers: { open, total } }: RegionStanding): Line {
  if (total === 0) return [text('–', 'quiet')];
  return open === 0 ? [text('closed', 'quiet')] : [text(`${open} of ${total} open`, 'bad')];
}

function lag({ lagMs }: RegionStanding): Line {
  return lagMs === null ? [text('–', 'quiet')] : [text(lagMs < 1000 ? '0s' : formatAge(lagMs))];
}

function certificate({ certificateEnds, observedAt }: RegionStanding): Line {
  if (certificateEnds === null || observedAt === null) return [text('–', 'quiet')];
  const leftMs = certificateEnds - observedAt;
  if (leftMs <= 0) return [text('expired', 'bad')];
  return [text(leftMs >= 2 * DAY_MS ? `${Math.floor(leftMs / DAY_MS)} d` : formatAge(leftMs))];
}

const versionText = ({ versions }: RegionStanding) => versions.join(' ') || '–';

/** Why a region does not answer, in place of what it would answer. */
function failure(region: RegionStanding): Line {
  return [...reach(region), text(`  ${region.error?.message ?? 'nothing answers'}`, 'bad')];
}

/** Regions in columns. */
export const regionsView: TableView<RegionStanding> = {
  columns: [
    {
      id: 'name',
      min: 8,
      natural: ({ name, current }) => textWidth(name) + (current ? 7 : 0),
      rank: 0,
      cell: ({ name, current }, { chosen }) => [
        text(name, chosen ? 'strong' : 'plain'),
        text(current ? '  here' : '', 'quiet'),
      ],
    },
    // `in part 59m59s`
    { id: 'reach', min: 14, rank: 1, cell: reach },
    { id: 'alert', min: 18, grow: 34, weight: 1, rank: 2, cell: alert },
    { id: 'breakers', min: 11, rank: 3, cell: breakers },
    { id: 'lag', min: 5, rank: 4, align: 'right', cell: lag },
    { id: 'certificate', min: 9, rank: 5, align: 'right', cell: certificate },
    {
      id: 'version',
      min: 7,
      natural: (region) => textWidth(versionText(region)),
      rank: 6,
      cell: (region) => [text(versionText(region), 'quiet')],
    },
  ],
  over: (region) =>
    region.reach === 'lost' ? { from: 'reach', line: () => failure(region) } : null,
};

/** One region in a few words: its name, and what is wrong with it. */
export function regionCell(region: RegionStanding, chosen = false): Line {
  const health = regionHealth(region);
  const words =
    region.reach === 'alive' && region.worst !== null
      ? [text(`${region.worst.name} `, healthTone[health]), age(region.worst.since)]
      : reach(region);
  return [
    text(chosen ? ' ▸ ' : '   ', 'accent'),
    text(`${healthSign[health]} `, healthTone[health]),
    text(region.name, region.current || chosen ? 'strong' : 'plain'),
    text('  '),
    ...words,
  ];
}

/** `3 of 4 alive`, for the panel's title. */
export function regionsSummary(regions: readonly RegionStanding[]): string {
  const alive = regions.filter((region) => region.reach === 'alive').length;
  return regions.length === 0 ? '' : `${alive} of ${regions.length} alive`;
}

/** Everything that is known of a region, for its own screen. */
export const regionWords = { reach, alert, breakers, lag, certificate, versionText };
