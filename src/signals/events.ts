import { worstWord } from './worst-word.ts';

/** A counter of one event of a breaker. */
export interface EventCount {
  /** The state that the event leads to, or tells of. */
  readonly word: string;
  readonly total: number;
  /** When it was last seen to rise, epoch ms. */
  readonly risenAt: number | null;
}

interface Implied {
  readonly word: string;
  /** False for a guess. */
  readonly sure: boolean;
}

/**
 * The state that totals alone imply. Each time a breaker opens one half-opening follows, and one closing
 * when that goes well: more openings than half-openings mean open. Exporters that do not count
 * half-openings leave it open whether an opening was a second one; then one that has ever closed is
 * guessed to be closed, for calls would tell otherwise at once.
 */
function fromTotals(events: readonly EventCount[]): Implied {
  const count = (word: string) =>
    events.reduce((total, event) => total + (event.word === word ? event.total : 0), 0);
  const [opened, halfOpened, closed] = [count('open'), count('half-open'), count('closed')];
  if (opened === 0) return { word: 'closed', sure: true };
  if (halfOpened === 0) return closed === 0 ? sure('open') : { word: 'closed', sure: false };
  if (opened > halfOpened) return sure('open');
  return sure(closed === 0 ? 'half-open' : 'closed');
}

const sure = (word: string): Implied => ({ word, sure: true });

const NEVER = Number.NEGATIVE_INFINITY;

/** The words of the events that rose last, with when that was. */
function lastRisen(events: readonly EventCount[]) {
  const at = Math.max(NEVER, ...events.map(({ risenAt }) => risenAt ?? NEVER));
  const rose = at === NEVER ? [] : events.filter(({ risenAt }) => risenAt === at);
  return { at, words: [...new Set(rose.map(({ word }) => word))] };
}

/**
 * The state of a breaker whose events are counted: that of the event which rose last. Where several rose
 * between two looks, or none was seen to, the totals and the hints help.
 *
 * @param hints events that happen only in one state, as calls are refused only by an open breaker
 * @param ranking words from worst to best
 */
export function eventWord(
  events: readonly EventCount[],
  hints: readonly EventCount[],
  ranking: readonly string[],
): string | null {
  const last = lastRisen(events);
  if (last.words.length === 1) return last.words[0] ?? null;
  // Only of breakers is it known what their totals mean.
  if (!ranking.includes('open') || !ranking.includes('closed')) {
    return worstWord(last.words, ranking);
  }
  const implied = fromTotals(events);
  const hint = lastRisen(hints);
  const told = hint.at > last.at && hint.words.length === 1 ? (hint.words[0] ?? null) : null;
  if (!implied.sure && told !== null) return told;
  if (last.words.length === 0) return implied.word;
  if (!implied.sure) return worstWord(last.words, ranking);
  if (last.words.includes(implied.word)) return implied.word;
  // What the totals rule out was passed through between two looks.
  const possible =
    implied.word === 'open' ? last.words : last.words.filter((word) => word !== 'open');
  return worstWord(possible.length > 0 ? possible : last.words, ranking);
}
