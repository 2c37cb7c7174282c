import type { FactKind } from '../domain/fact.ts';
import { cacheSignals } from '../signals/cache-signals.ts';
import { certificateSignals } from '../signals/certificate-signal.ts';
import { checkSignals } from '../signals/check-signal.ts';
import { createContainerWatch, type RoleServices } from '../signals/container-signal.ts';
import { cpuSignals } from '../signals/cpu-signal.ts';
import { createDatabaseWatch } from '../signals/database-signals.ts';
import { createReadingGroup, type ReadingGroup } from '../signals/group.ts';
import { hostSignals } from '../signals/host-signals.ts';
import type { EvaluatedSignal } from '../signals/reading.ts';
import type { Sliced } from '../signals/sliced.ts';
import { sourceSignals } from '../signals/source-signal.ts';
import { createTroubleWatch } from '../signals/trouble-signals.ts';
import type { FactIndex } from './fact-index.ts';
import { checks, sourcesOf } from './selectors.ts';
import type { LiveState } from './state.ts';

/** The signals that every region has, made from its facts. */
export interface FactSignals {
  readonly groups: readonly ReadingGroup[];
  /**
   * Makes anew what rests on something that changed.
   * @param now epoch ms
   * @returns the readings that are new or differ
   */
  update(state: LiveState, index: FactIndex, now: number): Sliced<readonly EvaluatedSignal[]>;
}

const statusesOf = (state: LiveState, kind: FactKind) =>
  sourcesOf(state, kind)
    .map(({ status }) => status)
    .join();

/** Numbers that are read off one fact each. */
function numberGroups() {
  const groups = {
    database: createReadingGroup(),
    cache: createReadingGroup(),
    host: createReadingGroup(),
    certificate: createReadingGroup(),
  };
  const databases = createDatabaseWatch();
  return {
    list: Object.values(groups),
    update(index: FactIndex): readonly EvaluatedSignal[] {
      const database = index.of('database');
      const cache = index.of('cache');
      const host = index.of('host');
      const certificate = index.of('certificate');
      return [
        ...groups.database.update([database], (before) => databases.signals(database, before)),
        ...groups.cache.update([cache], (before) => cacheSignals(cache, before)),
        ...groups.host.update([host], (before) => hostSignals(host, before)),
        ...groups.certificate.update([certificate], (b) => certificateSignals(certificate, b)),
      ];
    },
  };
}

export function createFactSignals(
  roles: readonly RoleServices[],
  project: string | null,
): FactSignals {
  const container = createReadingGroup();
  const trouble = createReadingGroup();
  const cpu = createReadingGroup();
  const check = createReadingGroup();
  const source = createReadingGroup();
  const numbers = numberGroups();
  const watch = createContainerWatch(roles, project);
  const troubles = createTroubleWatch(roles, project);

  function* ofContainers(state: LiveState, index: FactIndex, now: number): Sliced<void> {
    const facts = index.of('containers');
    const usage = index.of('usage');
    yield* container.updateSliced([facts, statusesOf(state, 'containers')], () =>
      watch.signals({ facts, sources: sourcesOf(state, 'containers') }),
    );
    // The time is a key: what happened too long ago is no trouble any more.
    yield* trouble.updateSliced([facts, now], () =>
      troubles.signals({ containers: facts, usage }, now),
    );
    cpu.update([facts, usage], () => cpuSignals({ containers: facts, usage }, roles, project));
  }

  return {
    groups: [container, trouble, cpu, check, source, ...numbers.list],
    *update(state, index, now) {
      yield* ofContainers(state, index, now);
      check.update([index.of('check'), state.sources], () => checkSignals(checks(state)));
      source.update([state.sources, now], () => sourceSignals(Object.values(state.sources), now));
      return numbers.update(index);
    },
  };
}
