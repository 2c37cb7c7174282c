import {
  type CheckRow,
  checkAddress,
  checkHealth,
  checkLatency,
  checkName,
} from '../../src/console/tables/checks.ts';
import type { Certificate } from '../../src/domain/certificate.ts';
import type { Check } from '../../src/domain/check.ts';
import { formatAge } from '../../src/domain/duration.ts';
import type { Observed } from '../../src/domain/fact.ts';
import type { Health } from '../../src/domain/health.ts';
import type { TableView } from './columns.ts';
import { age, type Line, phrase, text, textWidth } from './line.ts';
import { healthSign, healthTone } from './sign.ts';

const DAY_MS = 86_400_000;
/** What is asked more seldom says how old its answer is. */
const SELDOM_MS = 60_000;

/** `61 d`, `1d4h`: how long a certificate lasts from when it was looked at; `expired` when it does not. */
export function timeLeft({ value, observedAt }: Observed<Certificate>): string {
  const leftMs = value.notAfter - observedAt;
  if (leftMs <= 0) return 'expired';
  return leftMs >= 2 * DAY_MS ? `${Math.floor(leftMs / DAY_MS)} d` : formatAge(leftMs);
}

function checkAnswer({ error, latencyMs, ok, status }: Check): Line {
  const said = text(`${status}`, ok ? 'plain' : 'bad');
  if (!ok && error !== null) {
    // The status stands before it already.
    const words = error.replace(new RegExp(`^answered ${status}\\b,? ?`), '');
    return [said, text(`  ${words}`, 'bad')];
  }
  return [said, text(`  ${Math.round(latencyMs)} ms`, 'quiet')];
}

function certificateAnswer(seen: Observed<Certificate>, health: Health): Line {
  const { name, problem } = seen.value;
  const what = name === 'certificate' ? [] : [text('certificate ', 'quiet')];
  if (problem !== null) return [...what, text(problem, 'bad')];
  return [...what, text(timeLeft(seen), health === 'ok' ? 'plain' : healthTone[health])];
}

/** What it answered, or why it does not; since when, if that is not now. */
function answer(row: CheckRow): Line {
  const { source, check, certificate } = row;
  if (source.status === 'failed') return [text(source.error?.message ?? 'no answer', 'bad')];
  const seen = check ?? certificate;
  if (seen === null) return [text('connecting…', 'quiet')];
  const said =
    check !== null
      ? checkAnswer(check.value)
      : certificate !== null
        ? certificateAnswer(certificate, checkHealth(row))
        : [];
  if (source.status === 'stale') {
    return [...said, text('  ▲ '), age(seen.observedAt, 'warn'), text('old')];
  }
  // The answer of a service that has died since would pass for one of now.
  const seldom = check !== null && source.intervalMs >= SELDOM_MS;
  return seldom
    ? [...said, text('  '), phrase('age', seen.observedAt, { after: ' ago' }, 'quiet')]
    : said;
}

/** Checks in columns, for the zoomed panel. */
export const checksView: TableView<CheckRow> = {
  columns: [
    {
      id: 'name',
      min: 10,
      natural: (row) => textWidth(checkName(row)),
      rank: 0,
      cell: (row, { chosen }) => [text(checkName(row), chosen ? 'strong' : 'plain')],
    },
    { id: 'answer', min: 20, grow: 40, weight: 2, rank: 1, cell: answer },
    {
      id: 'latency',
      min: 10,
      align: 'right',
      rank: 3,
      cell(row) {
        const latencyMs = checkLatency(row);
        return latencyMs === null ? [] : [text(`${Math.round(latencyMs)} ms`, 'quiet')];
      },
    },
    {
      id: 'url',
      min: 16,
      natural: (row) => textWidth(checkAddress(row)),
      weight: 1,
      rank: 2,
      cell: (row) => [text(checkAddress(row), 'quiet')],
    },
  ],
  over: (row) =>
    checkHealth(row) === 'critical' ? { from: 'answer', line: () => answer(row) } : null,
};

/** One check in a few words: its name and what it answered. */
export function checkCell(row: CheckRow, chosen = false): Line {
  const health = checkHealth(row);
  return [
    text(chosen ? ' ▸ ' : '   ', 'accent'),
    text(`${healthSign[health]} `, healthTone[health]),
    text(checkName(row), chosen ? 'strong' : 'plain'),
    text(' '),
    ...answer(row),
  ];
}

/** `5 of 6 ok`, for the panel's title. */
export function checksSummary(rows: readonly CheckRow[]): string {
  if (rows.length === 0) return '';
  const ok = rows.filter((row) => checkHealth(row) === 'ok').length;
  return `${ok} of ${rows.length} ok`;
}
