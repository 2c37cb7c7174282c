import { alertKey } from '../domain/alert.ts';
import type { AlertDefinition } from './definition.ts';
import type { EvaluatedSignal } from './reading.ts';

export type Verdict = 'holds' | 'clear' | 'unknown';

/** An alert that is up stays up until its value is past `clear`, so that it does not flap. */
export function judge(
  { condition }: AlertDefinition,
  { stale, state, value }: EvaluatedSignal,
  up: boolean,
): Verdict {
  if (value === null || stale) return 'unknown';
  if (condition.kind === 'health') {
    return state === 'warning' || state === 'critical' ? 'holds' : 'clear';
  }
  if (condition.kind === 'is') return condition.words.includes(String(value)) ? 'holds' : 'clear';
  if (typeof value !== 'number') return 'clear';
  const bound = up ? condition.clear : condition.threshold;
  const holds = condition.kind === 'above' ? value > bound : value < bound;
  return holds ? 'holds' : 'clear';
}

/** One definition for one reading. */
export interface Rule {
  readonly definition: AlertDefinition;
  /** The place of the definition among all. */
  readonly place: number;
  readonly reading: EvaluatedSignal;
  /** As `alertKey`. */
  readonly key: string;
  /** What it says while no such alert is up. */
  readonly whileDown: Verdict;
}

/** The definitions of a region, by what they are about. */
export interface AlertBook {
  /** The rules for a reading: of several definitions of one name, the first that covers it. */
  rules(reading: EvaluatedSignal): readonly Rule[];
  /** True for a name that stands on several signals: there the first definition decides among them. */
  contested(name: string): boolean;
  named(name: string): AlertDefinition | undefined;
}

const covers = ({ labels }: AlertDefinition, reading: EvaluatedSignal) =>
  Object.entries(labels).every(([label, value]) => reading.labels[label] === value);

function createBook(definitions: readonly AlertDefinition[]): AlertBook {
  const placed = definitions.map((definition, place) => ({ definition, place }));
  const bySignal = Map.groupBy(placed, ({ definition }) => definition.signal);
  const byName = Map.groupBy(definitions, ({ name }) => name);
  const several = (all: readonly AlertDefinition[]) =>
    all.some(({ signal }) => signal !== all[0]?.signal);
  const contested = new Set([...byName].flatMap(([name, all]) => (several(all) ? [name] : [])));
  // A reading keeps its identity while it does not change, and what is said of it with it.
  const known = new WeakMap<EvaluatedSignal, readonly Rule[]>();

  const make = (reading: EvaluatedSignal): readonly Rule[] => {
    const rules: Rule[] = [];
    for (const { definition, place } of bySignal.get(reading.id) ?? []) {
      const { name } = definition;
      const decided = rules.some((rule) => rule.definition.name === name);
      if (decided || !covers(definition, reading)) continue;
      const key = alertKey({ name, labels: reading.labels });
      rules.push({ definition, place, reading, key, whileDown: judge(definition, reading, false) });
    }
    return rules;
  };

  return {
    rules(reading) {
      let rules = known.get(reading);
      if (rules === undefined) {
        rules = make(reading);
        known.set(reading, rules);
      }
      return rules;
    },
    contested: (name) => contested.has(name),
    named: (name) => byName.get(name)?.[0],
  };
}

const books = new WeakMap<readonly AlertDefinition[], AlertBook>();

/** The book of these definitions, made once for each list of them. */
export function bookOf(definitions: readonly AlertDefinition[]): AlertBook {
  const book = books.get(definitions) ?? createBook(definitions);
  books.set(definitions, book);
  return book;
}
