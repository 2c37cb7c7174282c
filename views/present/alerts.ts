import type { AlertRow } from '../../src/console/tables/alerts.ts';
import type { Silence } from '../../src/domain/notice.ts';
import type { TableView } from './columns.ts';
import { severityTone } from './header.ts';
import { age, type Line, phrase, type Tone, text, textWidth } from './line.ts';
import { healthTone } from './sign.ts';

const stateTone: Readonly<Record<AlertRow['state'], Tone>> = {
  firing: 'plain',
  pending: 'quiet',
  silenced: 'quiet',
  inhibited: 'quiet',
};

/** `HighLatency api worker-1`: the name, and the values of its labels. */
function alertName({ name, labels, severity }: AlertRow): string {
  const told = Object.values(labels).filter((value) => value !== severity);
  return [name, ...told].join(' ');
}

/** The severity in the colour of how it stands: an Alertmanager's word has none of ours. */
export function severityWords({ health, notice, severity }: AlertRow): Line {
  return [text(severity, notice === null ? severityTone(severity) : healthTone[health])];
}

/** `moving data, by alice, ends in 1h12m`. */
export function silenceWords({ by, comment, until }: Silence): Line {
  const who = `${comment === '' ? '' : `${comment}, `}by ${by}`;
  if (until === null) return [text(who, 'quiet')];
  return [text(`${who}, `, 'quiet'), phrase('left', until, { before: 'ends ' }, 'quiet')];
}

function summaryWords({ notice, summary }: AlertRow): Line {
  if (notice?.silence) return silenceWords(notice.silence);
  return [text(summary, notice?.state === 'inhibited' ? 'quiet' : 'plain')];
}

/**
 * Alerts in columns.
 * @param runbookOf the id of the runbook that opens on it, or where one is described; null for none
 */
export function alertsView(runbookOf: (row: AlertRow) => string | null): TableView<AlertRow> {
  return {
    columns: [
      { id: 'severity', min: 8, rank: 1, cell: severityWords },
      {
        id: 'name',
        min: 10,
        natural: (row) => textWidth(alertName(row)),
        max: 28,
        rank: 0,
        cell: (row, { chosen }) => [text(alertName(row), chosen ? 'strong' : 'plain')],
      },
      { id: 'state', min: 9, rank: 3, cell: ({ state }) => [text(state, stateTone[state])] },
      { id: 'since', min: 6, rank: 2, cell: ({ since }) => [age(since)] },
      { id: 'summary', min: 12, weight: 2, rank: 4, cell: summaryWords },
      {
        id: 'runbook',
        min: 0,
        natural: (row) => {
          const id = runbookOf(row);
          return id === null ? 0 : Math.max(7, textWidth(id));
        },
        max: 32,
        rank: 5,
        cell: (row) => [text(runbookOf(row) ?? '', 'accent')],
      },
      {
        id: 'origin',
        min: 0,
        natural: ({ origin }) => (origin === null ? 0 : Math.max(7, textWidth(origin))),
        max: 16,
        rank: 6,
        cell: ({ origin }) => [text(origin ?? '', 'quiet')],
      },
    ],
  };
}

const states: readonly AlertRow['state'][] = ['firing', 'pending', 'silenced', 'inhibited'];

/** `2 firing, 1 pending, 3 silenced`, for the panel's title. */
export function alertsSummary(alerts: readonly Pick<AlertRow, 'state'>[]): string {
  return states
    .map((state) => ({ state, count: alerts.filter((alert) => alert.state === state).length }))
    .filter(({ count }) => count > 0)
    .map(({ state, count }) => `${count} ${state}`)
    .join(', ');
}
