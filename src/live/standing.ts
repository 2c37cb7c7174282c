import type { Alert } from '../domain/alert.ts';
import type { Container } from '../domain/container.ts';
import type { RegionReach, RegionStanding } from '../domain/fleet.ts';
import { severities } from '../domain/severity.ts';
import type { SourceState } from '../domain/source.ts';
import { containers, factsOf } from './selectors.ts';
import type { LiveState } from './state.ts';

/** Versions of one region that are told; a release has two. */
const VERSIONS_MAX = 3;
/** The part of an image's name behind its last colon, unless that is a port. */
const TAG = /:([^:/@]+)(?:@.*)?$/;
/** Tags that tell no version. */
const NO_VERSION: ReadonlySet<string> = new Set(['latest', 'stable', 'main', 'edge']);

/** Beside sources that fail, one that is seldom asked and has not been for so long tells of no life. */
const HEARD_WITHIN_MS = 60_000;

function reachOf(sources: readonly SourceState[], now: number): RegionReach {
  const failed = sources.filter(({ status }) => status === 'failed').length;
  const answering = sources.filter(
    ({ observedAt, status }) =>
      (status === 'live' || status === 'stale') &&
      (failed === 0 || now - (observedAt ?? 0) <= HEARD_WITHIN_MS),
  ).length;
  if (answering === 0) return failed === 0 ? 'connecting' : 'lost';
  return failed === 0 ? 'alive' : 'partly';
}

function rank({ state, severity }: Alert): number {
  return (state === 'firing' ? 0 : severities.length) + severities.indexOf(severity);
}

function worstOf(alerts: readonly Alert[]): RegionStanding['worst'] {
  const worst = alerts.reduce<Alert | null>(
    (found, next) => (found === null || rank(next) < rank(found) ? next : found),
    null,
  );
  if (worst === null) return null;
  const { name, severity, since, state, summary } = worst;
  return { name, severity, since, summary, firing: state === 'firing' };
}

/** The larger of all numbers that are known; null where none is. */
function most(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.max(...known);
}

function lagOf(state: LiveState): number | null {
  return most(
    factsOf(state, 'database').flatMap(({ value }) =>
      value.replication.map(({ replayLagMs }) => replayLagMs),
    ),
  );
}

function tagsOf(all: readonly Container[], services: ReadonlySet<string>): readonly string[] {
  return all.flatMap(({ image, service }) => {
    const tag = service !== null && services.has(service) ? TAG.exec(image)?.[1] : undefined;
    return tag === undefined || NO_VERSION.has(tag) ? [] : [tag];
  });
}

/** What checked endpoints say in a `version` of their answer. */
function toldVersions(state: LiveState): readonly string[] {
  return factsOf(state, 'check').flatMap(({ value }) => value.fields['version'] ?? []);
}

/** By the tags of images; where these tell none, by what the region says of itself. */
function versionsOf(state: LiveState, services: ReadonlySet<string>): readonly string[] {
  const tags = tagsOf(containers(state), services);
  const versions = tags.length > 0 ? tags : toldVersions(state);
  return [...new Set(versions)].sort().slice(0, VERSIONS_MAX);
}

/** What of a region's standing its facts do not tell. */
export interface Surroundings {
  readonly name: string;
  readonly current: boolean;
  /** Services of the pack's first role: what they run is the region's version. */
  readonly services: ReadonlySet<string>;
}

/**
 * Sums a region up.
 *
 * @param before the last standing of the same region: its `since` is kept while its reach is the same
 * @param now epoch ms
 */
export function standingOf(
  state: LiveState,
  { name, current, services }: Surroundings,
  before: RegionStanding | null,
  now: number,
): RegionStanding {
  // What tells of the other regions tells nothing of this one.
  const sources = Object.values(state.sources).filter(({ kind }) => kind !== 'regions');
  const reach = reachOf(sources, now);
  const failed = sources.find(({ status }) => status === 'failed')?.error ?? null;
  const ends = factsOf(state, 'certificate').map(({ value }) => value.notAfter);
  return {
    name,
    system: state.region.system,
    current,
    reach,
    since: before?.reach === reach ? before.since : now,
    observedAt: most(sources.map(({ observedAt }) => observedAt)),
    worst: worstOf(state.alerts),
    firing: state.alerts.filter((alert) => alert.state === 'firing').length,
    breakers: {
      open: state.breakers.filter((breaker) => breaker.state !== 'closed').length,
      total: state.breakers.length,
    },
    lagMs: lagOf(state),
    certificateEnds: ends.length === 0 ? null : Math.min(...ends),
    versions: versionsOf(state, services),
    error: failed === null ? null : { message: failed.message, mend: failed.mend },
  };
}
