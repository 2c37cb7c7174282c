import type { Container } from '../domain/container.ts';
import type { Observed } from '../domain/fact.ts';
import type { Health } from '../domain/health.ts';
import type { SourceState } from '../domain/source.ts';
import type { EvaluatedSignal } from './reading.ts';
import { createPause, type Sliced } from './sliced.ts';

/** A role of the system with the services that fill it, as a pack's role has them. */
export interface RoleServices {
  readonly role: string;
  readonly services: readonly string[];
  /** Its containers do their work once and end: one that ended with 0 is well. */
  readonly ends?: boolean;
}

/** What is known of containers: the facts of the sources that bring them. */
interface ContainerFacts {
  readonly facts: readonly Observed<readonly Container[]>[];
  readonly sources: readonly Pick<SourceState, 'status'>[];
}

/** Words of the `container` signal, worst first, with how bad each is. */
const words = {
  missing: 'critical',
  dead: 'critical',
  exited: 'critical',
  restarting: 'critical',
  removing: 'warning',
  paused: 'critical',
  created: 'warning',
  unhealthy: 'warning',
  running: 'ok',
  /** Ended with 0, and no role needs it to run: a job that did its work. */
  finished: 'ok',
} as const satisfies Record<string, Health>;

type ContainerWord = keyof typeof words;
const worstFirst = Object.keys(words) as readonly ContainerWord[];

/** True for a word of the signal that is as bad as can be. */
export function isCriticalWord(word: string): boolean {
  return Object.entries(words).some(([known, health]) => known === word && health === 'critical');
}

/** Containers named in one reading's detail. */
const NAMED_MAX = 3;
/** Of what a health check wrote so much is told. */
const SAID_MAX = 60;

function wordOf(container: Container, needed: boolean): ContainerWord {
  if (container.state === 'running') {
    return container.health === 'unhealthy' ? 'unhealthy' : 'running';
  }
  if (container.state === 'exited' && container.exitCode === 0 && !needed) return 'finished';
  return container.state;
}

function describe(container: Container): string {
  const { name, state, exitCode } = container;
  if (state === 'running') {
    const said = container.probe?.output ?? '';
    return `${name} is ${container.health}${said === '' ? '' : ` (${said.slice(0, SAID_MAX)})`}`;
  }
  if (state === 'created') return `${name} was never started`;
  const code = exitCode !== null && state === 'exited' ? ` ${exitCode}` : '';
  return `${name} ${state}${code}${container.oomKilled ? ', out of memory' : ''}`;
}

interface Member {
  readonly word: ContainerWord;
  readonly text: string;
  readonly since: number | null;
}

/** What all readings of one look share. */
interface Look {
  readonly answered: boolean;
  readonly stale: boolean;
}

/** When the containers were last seen. That they were seen again is no change of any reading. */
interface Seen {
  at: number | null;
}

function reading(
  label: string,
  members: readonly Member[],
  look: Look,
  seen: Seen,
): EvaluatedSignal {
  const worst = worstFirst.find((word) => members.some((member) => member.word === word)) ?? null;
  const answered = look.answered && worst !== null;
  const bad = members.filter(({ word }) => words[word] !== 'ok');
  const more = bad.length > NAMED_MAX ? `, ${bad.length - NAMED_MAX} more` : '';
  const named = bad.slice(0, NAMED_MAX).map(({ text }) => text);
  const begins = bad.flatMap(({ word, since }) =>
    word === worst && since !== null ? [since] : [],
  );
  return {
    id: 'container',
    title: 'container',
    labels: { service: label },
    value: answered ? worst : null,
    unit: 'state',
    state: answered ? words[worst] : 'unknown',
    get observedAt() {
      return answered ? seen.at : null;
    },
    threshold: null,
    reason: answered ? null : 'the container engine has not answered yet',
    detail: named.length > 0 ? named.join(', ') + more : null,
    since: begins.length > 0 ? begins.reduce((a, b) => Math.min(a, b)) : null,
    stale: look.stale,
  };
}

/** When it came to stand as it does, epoch ms; null where that is not told. */
function sinceWhen({ createdAt, finishedAt, health, probe, state }: Container): number | null {
  if (state === 'created') return createdAt;
  if (state === 'running' && health === 'unhealthy') return probe?.failingSince ?? null;
  return finishedAt;
}

const memberOf = (container: Container, needed: boolean): Member => ({
  word: wordOf(container, needed),
  text: describe(container),
  since: sinceWhen(container),
});

/** As `memberOf`, made once for every container: one that did not change is the same object. */
function createMembers(needed: boolean): (container: Container) => Member {
  const known = new WeakMap<Container, Member>();
  return (container) => {
    let member = known.get(container);
    if (member === undefined) {
      member = memberOf(container, needed);
      known.set(container, member);
    }
    return member;
  };
}

const sameMember = (a: Member, b: Member | undefined) =>
  a === b || (a.word === b?.word && a.text === b.text && a.since === b.since);

interface Made {
  readonly members: readonly Member[];
  readonly look: Look;
  readonly reading: EvaluatedSignal;
}

/** The last readings, by label: one is made anew only when a member of it, or the look, is another. */
function createMade() {
  let before = new Map<string, Made>();
  let now = new Map<string, Made>();
  const seen: Seen = { at: null };
  return {
    of(label: string, members: readonly Member[], look: Look): EvaluatedSignal {
      const was = before.get(label);
      const kept =
        was?.look === look &&
        was.members.length === members.length &&
        members.every((member, index) => sameMember(member, was.members[index]));
      const made = kept ? was : { members, look, reading: reading(label, members, look, seen) };
      now.set(label, made);
      return made.reading;
    },
    /** What was not made since the last call is forgotten. */
    end() {
      before = now;
      now = new Map();
    },
    seenAt(at: number | null) {
      seen.at = at;
    },
  };
}

/** The containers of a look, by what their readings are called. */
interface Sorted {
  /** Those of services that a role needs. */
  readonly needed: ReadonlyMap<string, readonly Container[]>;
  /** Those that no role needs, by service, else by name. */
  readonly others: ReadonlyMap<string, readonly Container[]>;
}

function put(groups: Map<string, Container[]>, name: string, container: Container): void {
  const group = groups.get(name);
  if (group === undefined) groups.set(name, [container]);
  else group.push(container);
}

function* sort(
  lists: readonly (readonly Container[])[],
  roles: readonly RoleServices[],
  project: string | null,
): Sliced<Sorted> {
  const services = new Set(roles.flatMap((role) => role.services));
  const taken = new Set([...services, ...roles.map(({ role }) => role)]);
  const needed = new Map<string, Container[]>();
  const others = new Map<string, Container[]>();
  const pause = createPause();
  for (const container of lists.flat()) {
    if (pause.due()) yield;
    if (project !== null && container.project !== project) continue;
    const { service, name } = container;
    if (service !== null && services.has(service)) put(needed, service, container);
    if (!taken.has(service ?? name)) put(others, service ?? name, container);
  }
  return { needed, others };
}

/** Makes the signal `container`, remembering what it is made of: thousands of containers do not change. */
export interface ContainerWatch {
  /**
   * One reading a role, then one a service that fills no role (by name where a container belongs to no
   * service); the worst of several containers speaks. A service of a role without any container is
   * `missing`. A reading keeps its identity while its containers do; its `observedAt` moves on.
   */
  signals(known: ContainerFacts): Sliced<readonly EvaluatedSignal[]>;
}

/** @param project only its containers count; null counts all */
export function createContainerWatch(
  roles: readonly RoleServices[],
  project: string | null,
): ContainerWatch {
  const needed = createMembers(true);
  const other = createMembers(false);
  const made = createMade();
  let look: Look = { answered: false, stale: false };
  let lists: readonly (readonly Container[])[] | null = null;
  let readings: readonly EvaluatedSignal[] = [];

  const ofRole = ({ ends = false, role, services }: RoleServices, groups: Sorted['needed']) => {
    const members = services.flatMap((service): readonly Member[] => {
      const found = groups.get(service) ?? [];
      if (found.length > 0) return found.map(ends ? other : needed);
      return [{ word: 'missing', text: `no container of service ${service}`, since: null }];
    });
    return made.of(role, members, look);
  };

  return {
    *signals({ facts, sources }) {
      made.seenAt(
        facts.reduce<number | null>((a, f) => Math.min(a ?? f.observedAt, f.observedAt), null),
      );
      const answered = facts.length > 0;
      const stale = sources.length > 0 && sources.every(({ status }) => status === 'failed');
      const sameLook = look.answered === answered && look.stale === stale;
      const told = facts.map(({ value }) => value);
      const sameLists =
        lists?.length === told.length && told.every((list, index) => list === lists?.[index]);
      if (sameLook && sameLists) return readings;
      if (!sameLook) look = { answered, stale };
      lists = told;
      const sorted = yield* sort(told, roles, project);
      const next = roles.map((role) => ofRole(role, sorted.needed));
      const pause = createPause();
      for (const [label, containers] of sorted.others) {
        if (pause.due()) yield;
        next.push(made.of(label, containers.map(other), look));
      }
      made.end();
      readings = next;
      return readings;
    },
  };
}
