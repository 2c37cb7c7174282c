import type { FactKind, FactOf } from '../domain/fact.ts';
import type { SourceState } from '../domain/source.ts';
import type { LiveState } from './state.ts';

/** The last good fact of a source, with how the source stands. */
interface ToldFact<K extends FactKind> {
  readonly source: Pick<SourceState, 'name' | 'status'>;
  readonly value: FactOf<K>;
  readonly observedAt: number;
}

type AnyFact = ToldFact<FactKind>;

const equal = (a: AnyFact | undefined, b: AnyFact) =>
  a !== undefined &&
  a.value === b.value &&
  a.observedAt === b.observedAt &&
  a.source.name === b.source.name &&
  a.source.status === b.source.status;

/** Facts by kind; a list keeps its identity while nothing in it changed. */
export interface FactIndex {
  /** Looks at a state; what `of` tells is of this one. */
  read(state: Pick<LiveState, 'facts' | 'sources'>): void;
  of<K extends FactKind>(kind: K): readonly ToldFact<K>[];
}

export function createFactIndex(): FactIndex {
  const lists = new Map<FactKind, readonly AnyFact[]>();
  let facts: LiveState['facts'] | null = null;
  let sources: LiveState['sources'] | null = null;
  const none: readonly AnyFact[] = [];

  return {
    read(state) {
      if (state.facts === facts && state.sources === sources) return;
      ({ facts, sources } = state);
      const found = new Map<FactKind, AnyFact[]>();
      for (const { kind, source, value, observedAt } of Object.values(state.facts)) {
        const status = state.sources[source]?.status ?? 'live';
        const list = found.get(kind) ?? [];
        list.push({ source: { name: source, status }, value, observedAt });
        found.set(kind, list);
      }
      for (const [kind, list] of found) {
        const before = lists.get(kind) ?? none;
        const unchanged =
          before.length === list.length && list.every((fact, i) => equal(before[i], fact));
        if (!unchanged) lists.set(kind, list);
      }
    },
    of: <K extends FactKind>(kind: K) =>
      (lists.get(kind) ?? none) as unknown as readonly ToldFact<K>[],
  };
}
