import type { Silence } from '../../domain/notice.ts';
import type { Source } from '../../domain/source.ts';
import { type AlertmanagerOptions, readList } from './client.ts';
import { type Alert, decodeAlert, decodeSilence, noticesOf } from './decode.ts';

/** Alerts kept; those that nobody has to look at are left out first. */
export const NOTICES_MAX = 10_000;
const ALERTS = '/api/v2/alerts?active=true&silenced=true&inhibited=true&unprocessed=true';
const SILENCES = '/api/v2/silences';

export interface AlertmanagerSourceOptions extends AlertmanagerOptions {
  readonly name: string;
  readonly intervalMs: number;
}

/** The alerts of an Alertmanager, with who silenced them, until when and why. */
export function alertmanagerSource(options: AlertmanagerSourceOptions): Source<'notices'> {
  const { intervalMs, name, timeoutMs } = options;

  /** The silences these alerts stand under; none are asked for when there are none. */
  async function silencesOf(
    alerts: readonly Alert[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, Silence>> {
    const wanted = new Set(alerts.flatMap(({ silencedBy }) => silencedBy));
    if (wanted.size === 0) return new Map();
    const all = await readList(options, SILENCES, decodeSilence, signal);
    return new Map(all.filter(({ id }) => wanted.has(id)).map((silence) => [silence.id, silence]));
  }

  return {
    name,
    kind: 'notices',
    intervalMs,
    timeoutMs,
    async poll(signal) {
      const alerts = await readList(options, ALERTS, decodeAlert, signal);
      return noticesOf(alerts, await silencesOf(alerts, signal), NOTICES_MAX);
    },
  };
}
