import { parseDuration } from '../domain/duration.ts';
import type { Report } from './report.ts';

/** Named durations, ms. */
export type Durations = Readonly<Record<string, number>>;

/** The named durations of a pack, with a region's rebinding of those it has. */
export function readDurations(
  report: Report,
  named: Readonly<Record<string, string>>,
  rebound: Durations,
): Durations {
  const durations: Record<string, number> = {};
  for (const [name, text] of Object.entries(named)) {
    const ms = parseDuration(text);
    if (ms === null) {
      const mend = 'durations are such as 250ms, 90s, 5m, 1h30m';
      report.error(['durations', name], `\`${text}\` is no duration`, mend);
    }
    durations[name] = (Object.hasOwn(rebound, name) ? rebound[name] : ms) ?? 0;
  }
  return durations;
}
