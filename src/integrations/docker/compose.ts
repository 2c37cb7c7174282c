import type { ListedContainer } from './decode.ts';
import { isUp } from './decode.ts';

/** A compose project as the labels of its containers describe it. */
export interface ComposeProject {
  readonly name: string;
  /** Where compose was called, and with which files: paths of the engine's host. */
  readonly folder: string | null;
  readonly files: readonly string[];
  /** By service, sorted by name; containers of `compose run` do not count. */
  readonly services: readonly RunningService[];
}

export interface RunningService {
  readonly service: string;
  /** Containers there are, and those of them that are up. */
  readonly containers: number;
  readonly running: number;
}

/** A service as a compose file declares it. */
export interface DeclaredService {
  readonly service: string;
  /** Containers it should have; 0 where it was switched off. */
  readonly replicas: number;
  /** Its profiles: one that has some runs only when one of them is asked for. */
  readonly profiles: readonly string[];
}

/** How a service stands against its declaration. */
export interface ServiceStanding extends RunningService {
  /** Null for a service that runs and is declared nowhere. */
  readonly declared: number | null;
  /** Containers that are declared and not up; 0 for a service whose profiles nobody asked for. */
  readonly missing: number;
}

type Labelled = Pick<
  ListedContainer,
  'project' | 'service' | 'oneOff' | 'state' | 'composeFolder' | 'composeFiles'
>;

function byService<T extends { readonly service: string }>(entries: readonly T[]): readonly T[] {
  return entries.toSorted((a, b) => (a.service < b.service ? -1 : 1));
}

/**
 * The compose projects among the containers, sorted by name. Folder and files are those that most
 * containers of the project name: after a move some still carry the old ones.
 */
export function composeProjectsFrom(containers: readonly Labelled[]): readonly ComposeProject[] {
  const projects = Map.groupBy(containers, ({ project }) => project ?? '');
  projects.delete('');
  return [...projects.keys()].sort().map((name) => projectOf(name, projects.get(name) ?? []));
}

/** One project; without containers it has no services, and nobody knows its folder. */
export function composeProjectFrom(
  containers: readonly Labelled[],
  project: string,
): ComposeProject {
  return projectOf(
    project,
    containers.filter((container) => container.project === project),
  );
}

function projectOf(name: string, members: readonly Labelled[]): ComposeProject {
  const places = Map.groupBy(members, ({ composeFolder, composeFiles }) =>
    JSON.stringify([composeFolder, composeFiles]),
  );
  const [place] = [...places.values()].sort((a, b) => b.length - a.length);
  const services = Map.groupBy(
    members.filter(({ oneOff, service }) => !oneOff && service !== null),
    ({ service }) => service ?? '',
  );
  return {
    name,
    folder: place?.[0]?.composeFolder ?? null,
    files: place?.[0]?.composeFiles ?? [],
    services: byService(
      [...services].map(([service, own]) => ({
        service,
        containers: own.length,
        running: own.filter(({ state }) => isUp(state)).length,
      })),
    ),
  };
}

/** Holds what runs against what is declared; sorted by service, the undeclared included. */
export function composeStandings(
  running: readonly RunningService[],
  declared: readonly DeclaredService[],
): readonly ServiceStanding[] {
  const known = new Map(running.map((entry) => [entry.service, entry]));
  const wanted = declared.map(({ service, replicas, profiles }) => {
    const entry = known.get(service) ?? { service, containers: 0, running: 0 };
    known.delete(service);
    // A job that was never asked for is not missing.
    const asleep = profiles.length > 0 && entry.containers === 0;
    const missing = asleep ? 0 : Math.max(0, replicas - entry.running);
    return { ...entry, declared: replicas, missing };
  });
  const others = [...known.values()].map((entry) => ({ ...entry, declared: null, missing: 0 }));
  return byService([...wanted, ...others]);
}
