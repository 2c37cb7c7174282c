import type { FactKind, FactOf } from '../../../src/domain/fact.ts';
import type { ErrorKind } from '../../../src/domain/operator-error.ts';
import type { SourceState } from '../../../src/domain/source.ts';
import { createHistory } from '../../../src/live/history.ts';
import { createLive } from '../../../src/live/store.ts';
import { createFakeClock } from '../../harness/fake-clock.ts';
import { source } from './facts.ts';

const START = 1_000_000;
const SECOND = 1000;

/** A region without any configuration: no pack, no roles, no signals, no alerts. */
export function factRegion(roles: readonly { role: string; services: readonly string[] }[] = []) {
  const clock = createFakeClock(START);
  const history = createHistory();
  const live = createLive({
    region: { name: 'local', system: null },
    clock,
    history,
    roles,
    signals: [],
    alerts: [],
  });
  const state = live.store.getState;
  return {
    clock,
    history,
    live,
    state,
    tell<K extends FactKind>(name: string, kind: K, value: FactOf<K>) {
      live.source(source(name, kind, { observedAt: clock.now() }));
      live.record(name, kind, value, clock.now());
      live.flush();
    },
    fail(
      name: string,
      kind: SourceState['kind'],
      message = 'refused',
      intervalMs = 5 * SECOND,
      how: ErrorKind = 'unreachable',
      observedAt: number | null = null,
    ) {
      const error = { kind: how, message, mend: null };
      const since = clock.now();
      live.source(source(name, kind, { status: 'failed', since, observedAt, error, intervalMs }));
      live.flush();
    },
    alerts: () =>
      state().alerts.map(({ name, state: how, severity, summary }) => [
        name,
        how,
        severity,
        summary,
      ]),
    names: () => state().alerts.map(({ name }) => name),
    signal: (key: string) => state().signals[key],
  };
}
