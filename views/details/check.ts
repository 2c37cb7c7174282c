import {
  type CheckRow,
  checkAddress,
  checkHealth,
  checksTable,
} from '../../src/console/tables/checks.ts';
import type { Certificate } from '../../src/domain/certificate.ts';
import type { Check } from '../../src/domain/check.ts';
import { formatAge } from '../../src/domain/duration.ts';
import type { Observed } from '../../src/domain/fact.ts';
import type { SourceState } from '../../src/domain/source.ts';
import { checkLatencySeries } from '../../src/live/series.ts';
import { timeLeft } from '../present/checks.ts';
import { charted, heading, labelled, wrapped } from '../present/detail.ts';
import { blank, type Line, phrase, text, wrap } from '../present/line.ts';
import { healthTone } from '../present/sign.ts';
import type { Detail } from './detail.ts';

function date(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function sourceLines(source: SourceState, width: number): readonly Line[] {
  const { error, intervalMs, retryAt, since, status } = source;
  const every = labelled('asked', [text(`every ${formatAge(intervalMs)}`)]);
  if (status !== 'failed' || error === null) return [every];
  return [
    every,
    ...wrapped('no answer', error.message, width, 'bad'),
    ...(error.mend === null ? [] : wrapped('to do', error.mend, width)),
    labelled('failing', [phrase('age', since, { before: 'for ' }, 'bad')]),
    ...(retryAt === null ? [] : [labelled('next try', [phrase('left', retryAt)])]),
  ];
}

function seenLine(seen: Observed<unknown>): Line {
  return labelled('last answer', [phrase('age', seen.observedAt, { after: ' ago' })]);
}

function answerLines(seen: Observed<Check>, width: number): readonly Line[] {
  const { error, ok, status, url } = seen.value;
  return [
    labelled('answer', [text(`${status}`, ok ? 'plain' : 'bad')]),
    ...(error === null ? [] : wrapped('not ok', error, width, 'bad')),
    seenLine(seen),
    ...wrapped('address', url, width),
  ];
}

const NO_FIELDS = 'none: it is no JSON, or nothing in it is a plain value';

/** What the answer says, field by field; that it says nothing is told in words. */
function fieldLines({ value }: Observed<Check>, width: number): readonly Line[] {
  const shown = Object.entries(value.fields);
  const lines = shown.flatMap(([name, told]) =>
    told.trim() === '' ? [labelled(name, [text('empty', 'quiet')])] : wrapped(name, told, width),
  );
  const none = wrap(NO_FIELDS, width - 3).map((line): Line => [text(`   ${line}`, 'quiet')]);
  return [blank, heading('Fields of the answer'), ...(shown.length === 0 ? none : lines)];
}

function historyLines(seen: Observed<Check>, source: string, width: number): readonly Line[] {
  return [
    ...fieldLines(seen, width),
    ...charted(
      'Answers in',
      `${Math.round(seen.value.latencyMs)} ms`,
      checkLatencySeries(source),
      width,
    ),
  ];
}

function certificateLines(row: CheckRow, seen: Observed<Certificate>, width: number) {
  const { chain, issuer, mend, names, notAfter, notBefore, problem, subject } = seen.value;
  const left = timeLeft(seen);
  const tone = left === 'expired' ? 'bad' : healthTone[row.expiry ?? 'ok'];
  const words = left === 'expired' ? left : `${left} left`;
  return [
    ...(problem === null ? [] : wrapped('problem', `it ${problem}`, width, 'bad')),
    ...(mend === null ? [] : wrapped('to do', mend, width)),
    labelled('ends', [text(date(notAfter)), text(`  ${words}`, tone === 'ok' ? 'plain' : tone)]),
    labelled('valid from', [text(date(notBefore))]),
    labelled('subject', [text(subject)]),
    labelled('issuer', [text(issuer)]),
    ...wrapped('valid for', names.join('  ') || 'no name', width),
    ...wrapped('chain', chain.join(' ← '), width),
    labelled('address', [text(checkAddress(row))]),
    labelled('handshake', [text(`${Math.round(seen.value.latencyMs)} ms`)]),
    seenLine(seen),
  ];
}

function summaryOf(row: CheckRow): Line {
  const words = { ok: 'ok', warning: 'ends soon', critical: 'not ok', unknown: 'no answer yet' };
  const health = checkHealth(row);
  const said = row.source.status === 'failed' ? 'no answer' : words[health];
  return [text(said, healthTone[health])];
}

/** One check or certificate: what it answered, why that is not ok, and how it went lately. */
export const checkDetail: Detail<CheckRow> = {
  table: checksTable,
  summary: summaryOf,
  source: ({ source }) => source,
  lines(row, { width }) {
    const { certificate, check, source } = row;
    return [
      ...(check === null ? [] : answerLines(check, width)),
      ...(certificate === null ? [] : certificateLines(row, certificate, width)),
      ...sourceLines(source, width),
      ...(check === null ? [] : historyLines(check, source.name, width)),
    ];
  },
};
