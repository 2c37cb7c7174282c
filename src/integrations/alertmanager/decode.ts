import type { Labels } from '../../domain/metrics.ts';
import type { Notice, Silence } from '../../domain/notice.ts';
import { sanitizeLine } from '../../domain/sanitize.ts';

const LABELS_MAX = 50;
const VALUE_LENGTH_MAX = 300;
const SUMMARY_LENGTH_MAX = 500;
/** Ids of silences and of inhibiting alerts kept of one alert. */
const REASONS_MAX = 10;

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : {};
}

const PLAIN = /^[\x20-\x7e]*$/;

function clean(value: unknown, lengthMax = VALUE_LENGTH_MAX): string {
  if (typeof value !== 'string') return '';
  // Cut first: cleaning a text of megabytes would cost more than it is worth.
  const text = value.slice(0, 4 * lengthMax);
  return (PLAIN.test(text) ? text : sanitizeLine(text)).slice(0, lengthMax);
}

function timeOf(value: unknown): number | null {
  const at = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? null : at;
}

function idsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.slice(0, REASONS_MAX).map((id) => clean(id)) : [];
}

function labelsOf(value: unknown): Labels {
  const pairs = Object.entries(fieldsOf(value)).slice(0, LABELS_MAX);
  return Object.fromEntries(pairs.map(([name, text]) => [clean(name), clean(text)]));
}

function firstOf(fields: Fields, names: readonly string[], lengthMax?: number): string {
  for (const name of names) {
    const text = clean(fields[name], lengthMax).trim();
    if (text !== '') return text;
  }
  return '';
}

/** A web address, and nothing that only looks like one to a terminal. */
function urlOf(text: string): string | null {
  return /^https?:\/\/\S+$/.test(text) ? text : null;
}

/** An alert with the ids of the silences it stands under. */
export interface Alert {
  readonly notice: Notice;
  readonly silencedBy: readonly string[];
}

/** One alert of the v2 API; null when it is none. */
export function decodeAlert(value: unknown): Alert | null {
  const fields = fieldsOf(value);
  const status = fieldsOf(fields['status']);
  const id = clean(fields['fingerprint']);
  const since = timeOf(fields['startsAt']);
  const state = status['state'];
  if (id === '' || since === null || typeof state !== 'string') return null;
  const labels = labelsOf(fields['labels']);
  const annotations = fieldsOf(fields['annotations']);
  const silencedBy = idsOf(status['silencedBy']);
  const suppressed = silencedBy.length > 0 ? 'silenced' : 'inhibited';
  const about = ['summary', 'message', 'description'];
  const notice: Notice = {
    id,
    name: labels['alertname'] || 'an alert without a name',
    labels,
    state: state === 'suppressed' ? suppressed : state === 'active' ? 'firing' : 'pending',
    since,
    severity: labels['severity'] || labels['priority'] || null,
    summary: firstOf(annotations, about, SUMMARY_LENGTH_MAX),
    silence: null,
    inhibitedBy: idsOf(status['inhibitedBy']),
    runbookUrl: urlOf(firstOf(annotations, ['runbook_url', 'runbook'])),
  };
  return { notice, silencedBy };
}

/** One silence of the v2 API; null when it is none. */
export function decodeSilence(value: unknown): Silence | null {
  const fields = fieldsOf(value);
  const id = clean(fields['id']);
  if (id === '') return null;
  return {
    id,
    by: clean(fields['createdBy']) || 'somebody',
    until: timeOf(fields['endsAt']),
    comment: clean(fields['comment'], SUMMARY_LENGTH_MAX),
  };
}

const ORDER: readonly Notice['state'][] = ['firing', 'pending', 'silenced', 'inhibited'];

/** What is known of silences, by id; what cannot be read is told with why. */
export interface Silences {
  readonly known: ReadonlyMap<string, Silence>;
  /** Why they could not be read; null where they were. */
  readonly problem: string | null;
}

/** The silence that lasts longest among these; one that is not known says so. */
function longest(ids: readonly string[], { known, problem }: Silences): Silence | null {
  const found = ids.flatMap((id) => known.get(id) ?? []);
  const last = found.toSorted((a, b) => (b.until ?? 0) - (a.until ?? 0))[0];
  const [id] = ids;
  if (last !== undefined || id === undefined) return last ?? null;
  const words = problem === null ? '' : `its silence could not be read: ${problem}`;
  return { id, by: 'somebody', until: null, comment: clean(words, SUMMARY_LENGTH_MAX) };
}

/**
 * The alerts with what is known of their silences: what needs somebody first, then the latest.
 * @param max how many are kept
 */
export function noticesOf(
  alerts: readonly Alert[],
  silences: Silences,
  max: number,
): readonly Notice[] {
  return alerts
    .map(({ notice, silencedBy }) =>
      notice.state === 'silenced' ? { ...notice, silence: longest(silencedBy, silences) } : notice,
    )
    .sort(
      (a, b) =>
        ORDER.indexOf(a.state) - ORDER.indexOf(b.state) ||
        b.since - a.since ||
        (a.id < b.id ? -1 : 1),
    )
    .slice(0, max);
}
