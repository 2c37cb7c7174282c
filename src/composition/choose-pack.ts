import { ConfigError } from '../config/config-error.ts';
import type { ProjectPlan } from '../config/plan.ts';
import type { Container } from '../domain/container.ts';
import { didYouMean } from '../domain/nearest.ts';
import type { Pack } from '../runbooks/pack.ts';

/** Share of a pack's roles that must be seen before it is taken to describe what runs here. */
const ROLES_SEEN_MIN = 0.5;

/** The pack of a region, with the compose project its services are in. */
export interface PackChoice {
  readonly pack: Pack | null;
  readonly project: string | null;
}

/**
 * The pack that was named, or that is called like the region's project.
 * @returns null when neither says which: what runs must say it
 * @throws ConfigError when no pack has the name
 */
export function packByName(
  packs: readonly Pack[],
  named: string | null,
  project: string | null,
): PackChoice | null {
  const systems = packs.map(({ system }) => system);
  if (named !== null) {
    const pack = packs.find(({ system }) => system === named);
    if (pack) return { pack, project: project ?? named };
    const mend = didYouMean(named, systems, `there are: ${systems.join(', ') || 'none'}`);
    throw new ConfigError(`No pack ${named} is loaded; ${mend}`);
  }
  const like = packs.find(({ system }) => system === project);
  return like ? { pack: like, project } : null;
}

interface Likeness {
  readonly pack: Pack;
  readonly project: string;
  /** Share of the pack's roles that have a container in the project. */
  readonly seen: number;
}

function likeness(pack: Pack, project: string, services: ReadonlySet<string>): Likeness {
  if (pack.system === project) return { pack, project, seen: 1 };
  const roles = pack.roles.filter((role) => role.services.some((name) => services.has(name)));
  return { pack, project, seen: pack.roles.length === 0 ? 0 : roles.length / pack.roles.length };
}

/**
 * The pack that fits what runs: the one called like a compose project, else the one whose roles are seen
 * most among the services of one project, at least half of them.
 *
 * @param wanted the region's project: one that was named is the only one looked at, one that was guessed
 *   is taken where it runs
 */
export function packByContainers(
  packs: readonly Pack[],
  containers: readonly Container[],
  wanted: ProjectPlan | null,
): PackChoice {
  const guessed = containers.some(({ project }) => project === wanted?.value);
  const project = wanted !== null && (wanted.named || guessed) ? wanted.value : null;
  const services = new Map<string, Set<string>>();
  for (const { project: of, service } of containers) {
    if (of === null || service === null || (project !== null && of !== project)) continue;
    services.set(of, (services.get(of) ?? new Set()).add(service));
  }
  const all = packs.flatMap((pack) =>
    [...services].map(([name, there]) => likeness(pack, name, there)),
  );
  const best = all.reduce<Likeness | null>(
    (found, next) => (found === null || next.seen > found.seen ? next : found),
    null,
  );
  if (best === null || best.seen < ROLES_SEEN_MIN) return { pack: null, project };
  return { pack: best.pack, project: best.project };
}
