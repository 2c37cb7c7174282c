import type { StateRule } from './definition.ts';
import { type EventCount, eventWord } from './events.ts';
import { type SourceStates, speaking } from './instances.ts';
import { createPause, type Sliced } from './sliced.ts';
import type { LatestValue, Windows } from './window.ts';
import { worstWord } from './worst-word.ts';

/** What signals are computed from; `now` in epoch ms. */
export interface SampleContext {
  readonly windows: Windows;
  readonly sources: SourceStates;
  readonly now: number;
}

/** The word of one instance. */
interface Word {
  readonly source: string;
  readonly at: number;
  readonly word: string;
}

/** One named state, with what each instance says. */
export interface NamedState {
  readonly name: string;
  readonly label: string;
  readonly words: readonly Word[];
  /** The worst of them; null when none has a word. */
  readonly worst: string | null;
  readonly told: readonly LatestValue[];
  readonly stale: boolean;
}

function wordOf(told: readonly LatestValue[], rule: StateRule): string | null {
  const { place, values, worst } = rule;
  if (place === undefined) {
    return worstWord(
      told.flatMap(({ value }) => values[String(value)] ?? []),
      worst,
    );
  }
  const counts = (words: Readonly<Record<string, string>>) =>
    told.flatMap(({ labels, value, risenAt }): EventCount[] => {
      const word = words[labels[place.label] ?? ''];
      return word === undefined ? [] : [{ word, total: value, risenAt }];
    });
  if (place.as === 'event') return eventWord(counts(values), counts(rule.hints ?? {}), worst);
  const marked = counts(values).filter(({ total }) => total > 0);
  return worstWord(
    marked.map(({ word }) => word),
    worst,
  );
}

/** The samples a rule can read: those that have the label of its place, and not what it excludes. */
function readable({ of, place, without }: StateRule, windows: Windows): readonly LatestValue[] {
  const all = windows.latest(of);
  if (place === undefined && without === undefined) return all;
  return all.filter(
    ({ labels }) =>
      (place === undefined || labels[place.label] !== undefined) &&
      (without === undefined || labels[without] === undefined),
  );
}

function nameOf(told: LatestValue, by: readonly string[]): { label: string; name: string } {
  const label = by.find((candidate) => told.labels[candidate] !== undefined);
  if (label !== undefined) return { label, name: told.labels[label] ?? '' };
  return by.length === 1 ? { label: by[0] ?? '', name: '' } : { label: '', name: told.source };
}

/**
 * The states that a rule finds, sorted by name.
 * @param by labels that may hold the name, the likeliest first
 */
export function* namedStates(
  rule: StateRule,
  by: readonly string[],
  context: SampleContext,
): Sliced<readonly NamedState[]> {
  const all = readable(rule, context.windows);
  yield;
  const groups = Map.groupBy(all, (told) => nameOf(told, by).name);
  const states: NamedState[] = [];
  const pause = createPause();
  for (const [name, told] of [...groups].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (pause.due()) yield;
    const label = told[0] ? nameOf(told[0], by).label : '';
    states.push({ name, label, ...stateOf(rule, told, context) });
  }
  return states;
}

function stateOf(
  rule: StateRule,
  all: readonly LatestValue[],
  { sources, now }: SampleContext,
): Omit<NamedState, 'name' | 'label'> {
  const { values: told, stale } = speaking(all, sources, now);
  const words = [...Map.groupBy(told, ({ source }) => source)].flatMap(([source, own]) => {
    const word = wordOf(own, rule);
    const at = own[0]?.at ?? now;
    return word === null ? [] : [{ source, at, word }];
  });
  const worst = worstWord(
    words.map(({ word }) => word),
    rule.worst,
  );
  return { words, worst, told, stale };
}
