import { diagnosisWords } from '../engine/diagnosis.ts';
import type { RowOffer } from './offers.ts';
import type { ConsolePorts, Suggestion } from './ports.ts';
import type { ListItem } from './session.ts';

/** What the background walk of a runbook came to, on one line. */
function diagnosed({ runbook, diagnosis }: Suggestion): string {
  if (diagnosis === null) return 'fits now: diagnosing…';
  const { finding, agreement, doubt } = diagnosisWords(runbook, diagnosis);
  return ['fits now', finding, agreement, doubt].filter((part) => part !== '').join('; ');
}

/** The picker's runbooks: what fits now first, the rest by title. */
export function runbookItems(ports: ConsolePorts): readonly ListItem[] {
  const { incidents, suggestions } = ports.board.getState();
  const open = new Set(
    incidents.flatMap(({ run }) => (run === null || run.phase === 'finished' ? [] : [run.runbook])),
  );
  const suggested = new Set(suggestions.map(({ runbook }) => runbook.id));
  const rest = ports.runbooks
    .filter(({ id }) => !suggested.has(id))
    .toSorted((a, b) => a.title.localeCompare(b.title))
    .map((runbook) => ({ runbook, detail: runbook.id }));
  const first = suggestions.map((suggestion) => ({
    runbook: suggestion.runbook,
    detail: diagnosed(suggestion),
  }));
  return [...first, ...rest].map(({ runbook, detail }) => ({
    value: runbook.id,
    label: runbook.title,
    detail: `${runbook.severity}  ${open.has(runbook.id) ? 'a run is open; ' : ''}${detail}`,
    quick: runbook.key,
  }));
}

/** What can be done with a row, by its place. */
export function offerItems(offers: readonly RowOffer[]): readonly ListItem[] {
  return offers.map(({ title, risk, irreversible }, place) => ({
    value: String(place),
    label: title,
    detail: irreversible === null ? `${risk}, can be undone` : `${risk}: ${irreversible}`,
    quick: null,
  }));
}
