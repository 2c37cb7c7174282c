import { OperatorError } from '../../domain/operator-error.ts';
import type { Source } from '../../domain/source.ts';
import { steadyMs } from '../../domain/time-limit.ts';
import { type AlertmanagerOptions, readList } from './client.ts';
import { type Alert, decodeAlert, decodeSilence, noticesOf, type Silences } from './decode.ts';

/** Alerts kept; those that nobody has to look at are left out first. */
export const NOTICES_MAX = 10_000;
/** Active, silenced, inhibited and unprocessed ones alike: that is what it tells unasked. */
const ALERTS = '/api/v2/alerts';
const SILENCES = '/api/v2/silences';
/** The part of the time left that silences may take: the alerts must not be lost to them. */
const SILENCES_SHARE = 0.8;

export interface AlertmanagerSourceOptions extends AlertmanagerOptions {
  readonly name: string;
  readonly intervalMs: number;
}

/**
 * The alerts of an Alertmanager, with who silenced them, until when and why. Silences that cannot be read
 * are told as unknown: the alerts are known all the same.
 */
export function alertmanagerSource(options: AlertmanagerSourceOptions): Source<'notices'> {
  const { intervalMs, name, timeoutMs } = options;

  /** The silences these alerts stand under; none are asked for when there are none. */
  async function silencesOf(
    alerts: readonly Alert[],
    withinMs: number,
    signal: AbortSignal,
  ): Promise<Silences> {
    const wanted = new Set(alerts.flatMap(({ silencedBy }) => silencedBy));
    if (wanted.size === 0) return { known: new Map(), problem: null };
    try {
      const limited = { ...options, timeoutMs: withinMs };
      const all = await readList(limited, SILENCES, decodeSilence, signal);
      const entries = all.filter(({ id }) => wanted.has(id)).map((one) => [one.id, one] as const);
      return { known: new Map(entries), problem: null };
    } catch (thrown) {
      signal.throwIfAborted();
      if (!(thrown instanceof OperatorError)) throw thrown;
      return { known: new Map(), problem: thrown.message };
    }
  }

  return {
    name,
    kind: 'notices',
    intervalMs,
    timeoutMs,
    async poll(signal) {
      const startedAt = steadyMs();
      const alerts = await readList(options, ALERTS, decodeAlert, signal);
      const leftMs = timeoutMs - (steadyMs() - startedAt);
      const withinMs = Math.max(1, Math.round(leftMs * SILENCES_SHARE));
      return noticesOf(alerts, await silencesOf(alerts, withinMs, signal), NOTICES_MAX);
    },
  };
}
