import { regionHealth, regionsTable } from '../../src/console/tables/regions.ts';
import type { RegionStanding } from '../../src/domain/fleet.ts';
import { labelled, wrapped } from '../present/detail.ts';
import { type Line, phrase, text } from '../present/line.ts';
import { regionWords } from '../present/regions.ts';
import { healthTone } from '../present/sign.ts';
import type { Detail } from './detail.ts';

function errorLines({ error }: RegionStanding, width: number): readonly Line[] {
  if (error === null) return [];
  return [
    ...wrapped('no answer', error.message, width, 'bad'),
    ...(error.mend === null ? [] : wrapped('to do', error.mend, width)),
  ];
}

/** One region: how it stands, and since when. */
export const regionDetail: Detail<RegionStanding> = {
  table: regionsTable,
  summary: (region) => [
    text(region.current ? 'this region' : region.reach, healthTone[regionHealth(region)]),
  ],
  lines: (region, { width }) => [
    labelled('system', [text(region.system ?? 'not recognised')]),
    labelled('answers', regionWords.reach(region)),
    ...errorLines(region, width),
    ...(region.observedAt === null
      ? []
      : [labelled('last answer', [phrase('age', region.observedAt, { after: ' ago' })])]),
    labelled('worst alert', regionWords.alert(region)),
    ...(region.worst === null ? [] : wrapped('', region.worst.summary, width)),
    labelled('breakers', regionWords.breakers(region)),
    labelled('lag', regionWords.lag(region)),
    labelled('certificate', regionWords.certificate(region)),
    labelled('version', [text(regionWords.versionText(region))]),
  ],
};
