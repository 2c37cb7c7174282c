import type { Severity } from '../domain/severity.ts';
import type { RoleServices } from './container-signal.ts';
import type { AlertDefinition } from './definition.ts';

/** How long a container is down, or a check fails, before it pages. */
export const BUILTIN_FOR_MS = 30_000;

const down = ['missing', 'dead', 'exited', 'restarting', 'removing', 'paused', 'created'];

/** Severities of the built-in alerts, where the defaults do not fit. */
export interface BuiltinSeverities {
  readonly containerDown?: Severity;
  /** A container that crashed though no role needs it. */
  readonly otherContainerDown?: Severity;
  readonly containerUnhealthy?: Severity;
  readonly checkFailing?: Severity;
}

function is(
  name: string,
  signal: string,
  labels: Readonly<Record<string, string>>,
  words: readonly string[],
  severity: Severity,
): AlertDefinition {
  const subject = signal === 'container' ? '{{labels.service}}' : '{{labels.name}}';
  return {
    name,
    signal,
    labels,
    condition: { kind: 'is', words },
    forMs: BUILTIN_FOR_MS,
    severity,
    summary: `${subject} is {{value}}{{#detail}}: {{detail}}{{/detail}}`,
  };
}

/**
 * The alerts every region has: ContainerDown for each role (and, less urgent, for any other container
 * that crashed), ContainerUnhealthy, CheckFailing. All are pending at once and fire after 30 s.
 */
export function builtinAlerts(
  roles: readonly RoleServices[],
  severities: BuiltinSeverities = {},
): readonly AlertDefinition[] {
  const needed = severities.containerDown ?? 'P1';
  const other = severities.otherContainerDown ?? 'P3';
  return [
    ...roles.map(({ role }) => is('ContainerDown', 'container', { service: role }, down, needed)),
    is('ContainerDown', 'container', {}, ['dead', 'exited', 'restarting'], other),
    is('ContainerUnhealthy', 'container', {}, ['unhealthy'], severities.containerUnhealthy ?? 'P2'),
    is('CheckFailing', 'check', {}, ['failing', 'unreachable'], severities.checkFailing ?? 'P2'),
  ];
}
