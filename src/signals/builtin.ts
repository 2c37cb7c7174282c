import type { Severity } from '../domain/severity.ts';
import { numberAlerts } from './builtin-numbers.ts';
import { BUILTIN_FOR_MS, detailed, is, MINUTE_MS } from './builtin-rule.ts';
import { isCriticalWord, type RoleServices } from './container-signal.ts';
import type { AlertDefinition } from './definition.ts';

/** The engine is shown to be failing at once, and pages this much later. */
const ENGINE_FOR_MS = 10_000;

/** A container that is made but not started may wait for another, as compose has it. */
const NEVER_STARTED_FOR_MS = 2 * MINUTE_MS;

const down = ['missing', 'dead', 'exited', 'restarting', 'removing', 'paused', 'created'];

/** Severities of the built-in alerts, where the defaults do not fit. */
export interface BuiltinSeverities {
  readonly containerDown?: Severity;
  /** A container that crashed though no role needs it. */
  readonly otherContainerDown?: Severity;
  readonly containerUnhealthy?: Severity;
  readonly checkFailing?: Severity;
}

function containerAlerts(
  roles: readonly RoleServices[],
  severities: BuiltinSeverities,
): readonly AlertDefinition[] {
  const { containerDown = 'P1', otherContainerDown = 'P3', containerUnhealthy = 'P2' } = severities;
  const container = {
    name: 'ContainerDown',
    signal: 'container',
    forMs: BUILTIN_FOR_MS,
    summary: `{{labels.service}} is ${detailed}`,
  } as const;
  const needed = roles
    .filter(({ ends = false }) => !ends)
    .map(({ role }) =>
      is(down, { ...container, labels: { service: role }, severity: containerDown }),
    );
  return [
    ...needed,
    {
      // One that was made and left is often meant so; it is told of all the same.
      ...is(['created', 'dead', 'exited'], {
        ...container,
        severity: 'P4',
        forMs: NEVER_STARTED_FOR_MS,
      }),
      critical: { severity: otherContainerDown, forMs: BUILTIN_FOR_MS },
    },
    is(['unhealthy'], { ...container, name: 'ContainerUnhealthy', severity: containerUnhealthy }),
    is(['restarting'], {
      name: 'ContainerRestarting',
      signal: 'restarting',
      forMs: 0,
      severity: 'P2',
      summary: '{{labels.container}} keeps restarting: {{detail}}',
    }),
    is(['killed'], {
      name: 'ContainerOutOfMemory',
      signal: 'oom',
      forMs: 0,
      severity: 'P2',
      summary: '{{labels.container}} was killed: {{detail}}',
    }),
  ];
}

const breakerAlert = is(['open', 'half-open'], {
  name: 'CircuitBreakerOpen',
  signal: 'breaker',
  forMs: BUILTIN_FOR_MS,
  severity: 'P2',
  summary: `breaker {{labels.name}} is ${detailed}`,
});

function lost(kind: string | null, severity: Severity): AlertDefinition {
  return is(['lost'], {
    name: 'SourceLost',
    signal: 'source',
    labels: kind === null ? {} : { kind },
    forMs: 0,
    severity,
    summary: '{{labels.name}} is lost{{#detail}}: {{detail}}{{/detail}}',
  });
}

const sourceAlerts: readonly AlertDefinition[] = [
  is(['failing', 'lost'], {
    name: 'SourceLost',
    signal: 'source',
    labels: { kind: 'containers' },
    forMs: ENGINE_FOR_MS,
    severity: 'P1',
    summary: 'the container engine is lost{{#detail}}: {{detail}}{{/detail}}',
  }),
  lost('database', 'P1'),
  lost('cache', 'P2'),
  lost('notices', 'P4'),
  lost(null, 'P3'),
];

/**
 * The alerts every region has, whatever its pack says: they need no configuration. Each is pending at
 * once; `forMs` says when it fires.
 * @param own the alerts of the pack: a built-in alert gives way to one of its name on its signal
 */
export function builtinAlerts(
  roles: readonly RoleServices[],
  severities: BuiltinSeverities = {},
  own: readonly AlertDefinition[] = [],
): readonly AlertDefinition[] {
  const check = is(['failing', 'unreachable'], {
    name: 'CheckFailing',
    signal: 'check',
    forMs: BUILTIN_FOR_MS,
    severity: severities.checkFailing ?? 'P2',
    summary: `{{labels.name}} is ${detailed}`,
  });
  const all = [
    ...containerAlerts(roles, severities),
    check,
    ...numberAlerts,
    breakerAlert,
    ...sourceAlerts,
  ];
  return all.filter(
    ({ name, signal }) => !own.some((alert) => alert.name === name && alert.signal === signal),
  );
}

/** A built-in alert as documentation tells it. */
export interface BuiltinAlertDefinition {
  readonly name: string;
  readonly signal: string;
  /** When it holds, in words, e.g. `≥ 80 %, critical ≥ 95 %`. */
  readonly holds: string;
  readonly forMs: number;
  readonly severity: Severity;
  /** Null where it has only one severity. */
  readonly critical: { readonly severity: Severity; readonly forMs: number } | null;
  /** What it is about, where several of its name differ; null for all that is left. */
  readonly about: string | null;
  readonly summary: string;
}

function wordsThatHold(words: readonly string[], critical: boolean): string {
  if (!critical) return words.join(' or ');
  const worse = words.filter(isCriticalWord);
  const lesser = words.filter((word) => !worse.includes(word));
  return `${lesser.join(' or ')}, critical ${worse.join(' or ')}`;
}

function holds({ condition, critical, signal }: AlertDefinition): string {
  switch (condition.kind) {
    case 'is':
      return wordsThatHold(condition.words, critical !== undefined);
    case 'health':
      if (signal === 'certificate') return `${condition.threshold}, or a client would refuse it`;
      if (signal === 'cacheMemory') return `${condition.threshold}, under \`noeviction\``;
      return condition.threshold;
    default:
      return `${condition.kind} ${condition.threshold}`;
  }
}

/** All built-in alerts in the order they are judged, for the documentation. */
export function builtinAlertDefinitions(): readonly BuiltinAlertDefinition[] {
  return builtinAlerts([{ role: 'a role', services: [] }]).map((alert) => ({
    name: alert.name,
    signal: alert.signal,
    holds: holds(alert),
    forMs: alert.forMs,
    severity: alert.severity,
    critical: alert.critical ?? null,
    about: Object.values(alert.labels).join(', ') || null,
    summary: alert.summary,
  }));
}
