import { formatAge } from '../../src/domain/duration.ts';
import { type BuiltinAlertDefinition, builtinAlertDefinitions } from '../../src/signals/builtin.ts';
import { cell, code, page, table } from './markdown.ts';

function severityWords({ severity, critical }: BuiltinAlertDefinition): string {
  return critical === null ? severity : `${severity}, critical ${critical.severity}`;
}

function patienceWords({ forMs, critical }: BuiltinAlertDefinition): string {
  const words = (ms: number) => (ms === 0 ? 'at once' : formatAge(ms));
  return critical === null || critical.forMs === forMs
    ? words(forMs)
    : `${words(forMs)}, critical ${words(critical.forMs)}`;
}

/** docs/alerts.md: the alerts that every region has without a configuration. */
export function alertsPage(): string {
  const rows = builtinAlertDefinitions().map((alert) => [
    cell(code(alert.name)),
    cell(alert.about ?? ''),
    cell(code(alert.signal)),
    cell(alert.holds),
    cell(patienceWords(alert)),
    cell(severityWords(alert)),
  ]);
  const about = [
    'Every region has these, with no configuration. An alert of a pack or of a region with the same',
    'name on the same signal takes the place of the built-in one.',
  ].join('\n');
  return page('Built-in alerts', about, [
    table(['alert', 'about', 'signal', 'holds while', 'fires after', 'severity'], rows),
  ]);
}
