import type { ConsolePorts } from './ports.ts';
import type { ListItem } from './session.ts';

/** The picker's runbooks: what fits now first, the rest by title. */
export function runbookItems(ports: ConsolePorts): readonly ListItem[] {
  const { suggestions } = ports.board.getState();
  const suggested = new Set(suggestions.map(({ runbook }) => runbook.id));
  const rest = ports.runbooks
    .filter(({ id }) => !suggested.has(id))
    .sort((a, b) => a.title.localeCompare(b.title))
    .map((runbook) => ({ runbook, detail: '' }));
  const first = suggestions.map(({ runbook, diagnosis }) => {
    const leaf = diagnosis?.leaf ?? null;
    return { runbook, detail: leaf === null ? 'fits now' : `fits now: ${leaf}` };
  });
  return [...first, ...rest].map(({ runbook, detail }) => ({
    value: runbook.id,
    label: runbook.title,
    detail: detail === '' ? `${runbook.severity}  ${runbook.id}` : `${runbook.severity}  ${detail}`,
    quick: runbook.key,
  }));
}
