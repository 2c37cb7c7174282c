import type { Alert } from '../domain/alert.ts';
import type { Scope } from './condition.ts';
import type { Runbook } from './graph.ts';

/** True when the alert is one the runbook opens on; labels it does not name are free. */
export function opensOnAlert(runbook: Runbook, alert: Pick<Alert, 'name' | 'labels'>): boolean {
  return runbook.opensOn.selectors.some(
    ({ name, labels }) =>
      name === alert.name &&
      Object.entries(labels).every(([label, value]) => alert.labels[label] === value),
  );
}

/**
 * Whether the runbook is a suggestion now, while alerts are pending or firing.
 * An undecided `when` suggests nothing.
 */
export function opens(
  runbook: Runbook,
  alerts: readonly Pick<Alert, 'name' | 'labels'>[],
  scope: Scope,
): boolean {
  if (alerts.some((alert) => opensOnAlert(runbook, alert))) return true;
  const verdict = runbook.opensOn.when?.evaluate(scope);
  return verdict?.kind === 'decided' && verdict.holds;
}
