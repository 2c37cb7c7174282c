import type { Certificate } from '../../domain/certificate.ts';
import type { Check } from '../../domain/check.ts';
import type { Observed } from '../../domain/fact.ts';
import type { Health } from '../../domain/health.ts';
import type { SourceState } from '../../domain/source.ts';
import { sourcesOf } from '../../live/selectors.ts';
import { signalKey } from '../../live/series.ts';
import type { LiveState } from '../../live/state.ts';
import { joined } from '../joined.ts';
import type { TableModel } from '../table.ts';

/** One HTTP check or one certificate, with its last answer; null until it has given one. */
export interface CheckRow {
  readonly source: SourceState;
  readonly check: Observed<Check> | null;
  readonly certificate: Observed<Certificate> | null;
  /** How the signal `certificate` stands, by the time that is left; null where there is none. */
  readonly expiry: Health | null;
}

const rowOf = joined(
  (
    source: SourceState,
    check: CheckRow['check'],
    certificate: CheckRow['certificate'],
    expiry: CheckRow['expiry'],
  ): CheckRow => ({ source, check, certificate, expiry }),
);

function certificateRow(live: LiveState, source: SourceState): CheckRow {
  const fact = live.facts[source.name];
  const certificate = fact?.kind === 'certificate' ? fact : null;
  const name = certificate?.value.name ?? source.name;
  const signal = live.signals[signalKey('certificate', { name })];
  return rowOf(source, null, certificate, signal?.state ?? null);
}

function checkRow(live: LiveState, source: SourceState): CheckRow {
  const fact = live.facts[source.name];
  return rowOf(source, fact?.kind === 'check' ? fact : null, null, null);
}

/** How a check or a certificate stands: one without an answer is as bad as one with a wrong answer. */
export function checkHealth({ source, check, certificate, expiry }: CheckRow): Health {
  if (source.status === 'failed') return 'critical';
  if (check !== null) return check.value.ok ? 'ok' : 'critical';
  if (certificate === null) return 'unknown';
  return certificate.value.problem === null ? (expiry ?? 'ok') : 'critical';
}

/** The name a check is known by: its own once it has answered, its source's until then. */
export function checkName({ source, check, certificate }: CheckRow): string {
  return check?.value.name ?? certificate?.value.name ?? source.name;
}

/** Where it asks; empty until it has been answered. */
export function checkAddress({ check, certificate }: CheckRow): string {
  if (certificate !== null) return `${certificate.value.host}:${certificate.value.port}`;
  return check?.value.url ?? '';
}

/** How long the answer took, ms; null before the first. */
export function checkLatency({ check, certificate }: CheckRow): number | null {
  return check?.value.latencyMs ?? certificate?.value.latencyMs ?? null;
}

/** The HTTP checks, and the certificates that servers present. */
export const checksTable: TableModel<CheckRow> = {
  panel: 'checks',
  noun: 'check',
  rows: (live) => [
    ...sourcesOf(live, 'check').map((source) => checkRow(live, source)),
    ...sourcesOf(live, 'certificate').map((source) => certificateRow(live, source)),
  ],
  id: ({ source }) => source.name,
  name: checkName,
  text: (row) => {
    const { check, certificate, source } = row;
    const words = check?.value.error ?? certificate?.value.problem ?? source.error?.message ?? '';
    const issuer = certificate?.value.issuer ?? '';
    return `${checkName(row)} ${source.name} ${checkAddress(row)} ${issuer} ${words}`;
  },
  health: checkHealth,
  columns: [
    { id: 'name', title: 'check', key: checkName, firstDescending: false },
    {
      id: 'answer',
      title: 'answer',
      key: ({ check, certificate }) => check?.value.status ?? certificate?.value.notAfter ?? null,
      firstDescending: true,
    },
    { id: 'latency', title: 'answers in', key: checkLatency, firstDescending: true },
    {
      id: 'url',
      title: 'address',
      key: (row) => checkAddress(row) || null,
      firstDescending: false,
    },
  ],
  defaultSort: { column: 'name', descending: false },
  copy: (row) => checkAddress(row) || row.source.name,
};
