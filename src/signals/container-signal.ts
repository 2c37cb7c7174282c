import type { Container } from '../domain/container.ts';
import type { Observed } from '../domain/fact.ts';
import type { Health } from '../domain/health.ts';
import type { SourceState } from '../domain/source.ts';
import type { EvaluatedSignal } from './reading.ts';

/** A role of the system with the services that fill it, as a pack's role has them. */
export interface RoleServices {
  readonly role: string;
  readonly services: readonly string[];
}

/** What is known of containers: the facts of the sources that bring them. */
export interface ContainerFacts {
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
  /** Ended with 0 and no role needs it: a job that did its work. */
  finished: 'ok',
} as const satisfies Record<string, Health>;

type ContainerWord = keyof typeof words;
const worstFirst = Object.keys(words) as readonly ContainerWord[];

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
  const code = exitCode !== null && state === 'exited' ? ` ${exitCode}` : '';
  return `${name} ${state}${code}${container.oomKilled ? ', out of memory' : ''}`;
}

interface Member {
  readonly word: ContainerWord;
  readonly text: string;
  readonly since: number | null;
}

function reading(
  label: string,
  members: readonly Member[],
  { facts, sources }: ContainerFacts,
): EvaluatedSignal {
  const worst = worstFirst.find((word) => members.some((member) => member.word === word)) ?? null;
  const answered = facts.length > 0 && worst !== null;
  const state = answered ? words[worst] : 'unknown';
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
    state,
    observedAt: answered ? Math.min(...facts.map(({ observedAt }) => observedAt)) : null,
    threshold: null,
    reason: answered ? null : 'the container engine has not answered yet',
    detail: named.length > 0 ? named.join(', ') + more : null,
    since: begins.length > 0 ? Math.min(...begins) : null,
    stale: sources.length > 0 && sources.every(({ status }) => status === 'failed'),
  };
}

const member = (container: Container, needed: boolean): Member => ({
  word: wordOf(container, needed),
  text: describe(container),
  since:
    container.state === 'running' && container.health === 'unhealthy'
      ? (container.probe?.failingSince ?? null)
      : container.finishedAt,
});

/**
 * The signal `container`: one reading a role, then one a service that fills no role (by name where a
 * container belongs to no service); the worst of several containers speaks. A service of a role
 * without any container is `missing`.
 *
 * @param project only its containers count; null counts all
 */
export function containerSignals(
  known: ContainerFacts,
  roles: readonly RoleServices[],
  project: string | null,
): readonly EvaluatedSignal[] {
  const all = known.facts
    .flatMap(({ value }) => value)
    .filter((container) => project === null || container.project === project);
  const groups = Map.groupBy(all, (container) => container.service ?? '');
  const ofRoles = roles.map(({ role, services }) => {
    const members = services.flatMap((service): readonly Member[] => {
      const found = groups.get(service) ?? [];
      if (found.length > 0) return found.map((container) => member(container, true));
      return [{ word: 'missing', text: `no container of service ${service}`, since: null }];
    });
    return reading(role, members, known);
  });
  const taken = new Set(roles.flatMap(({ role, services }) => [role, ...services]));
  const others = Map.groupBy(
    all.filter(({ service, name }) => !taken.has(service ?? name)),
    ({ service, name }) => service ?? name,
  );
  const rest = [...others].map(([label, containers]) =>
    reading(
      label,
      containers.map((container) => member(container, false)),
      known,
    ),
  );
  return [...ofRoles, ...rest];
}
