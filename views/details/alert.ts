import { type AlertRow, alertsTable } from '../../src/console/tables/alerts.ts';
import type { Notice } from '../../src/domain/notice.ts';
import type { LiveState } from '../../src/live/state.ts';
import { severityWords, silenceWords } from '../present/alerts.ts';
import { heading, labelled } from '../present/detail.ts';
import { blank, type Line, phrase, text, wrap } from '../present/line.ts';
import { healthTone } from '../present/sign.ts';
import type { Detail } from './detail.ts';

/** Columns the labels of lines take. */
const MARGIN = 20;
/** Alerts named as the cause of an inhibition. */
const CAUSES_SHOWN = 5;

/** Names of the alerts that inhibit a notice. */
function causes({ inhibitedBy }: Notice, live: LiveState): string {
  const names = Object.values(live.facts)
    .flatMap((fact) => (fact.kind === 'notices' ? fact.value : []))
    .filter(({ id }) => inhibitedBy.includes(id))
    .slice(0, CAUSES_SHOWN)
    .map(({ name }) => name);
  return names.length > 0 ? names.join(', ') : `${inhibitedBy.length} alerts that have gone since`;
}

function noticeLines(notice: Notice, live: LiveState): readonly Line[] {
  return [
    ...(notice.silence === null ? [] : [labelled('silenced', silenceWords(notice.silence))]),
    ...(notice.state === 'inhibited'
      ? [labelled('inhibited by', [text(causes(notice, live))])]
      : []),
    ...(notice.runbookUrl === null ? [] : [labelled('runbook', [text(notice.runbookUrl)])]),
    labelled('fingerprint', [text(notice.id, 'quiet')]),
  ];
}

/** One alert: what is wrong, since when, who has it in hand. */
export const alertDetail: Detail<AlertRow> = {
  table: alertsTable,
  summary: ({ health, state }) => [text(state, healthTone[health])],
  lines(row, { live, width }) {
    const [first = '', ...more] = wrap(row.summary, width - MARGIN);
    const labels = Object.entries(row.labels);
    const origin = row.origin === null ? 'this console' : `the Alertmanager ${row.origin}`;
    return [
      labelled('what', [text(first)]),
      ...more.map((line) => labelled('', [text(line)])),
      labelled('severity', row.severity === '' ? [text('none', 'quiet')] : severityWords(row)),
      labelled('state', [text(row.state)]),
      labelled('since', [phrase('age', row.since, { after: ' ago' })]),
      labelled('told by', [text(origin, 'quiet')]),
      ...(row.notice === null ? [] : noticeLines(row.notice, live)),
      ...(labels.length === 0 ? [] : [blank, heading('Labels')]),
      ...labels.map(([name, value]) => labelled(name, [text(value)])),
    ];
  },
};
