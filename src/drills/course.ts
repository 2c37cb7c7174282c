import type { Drill } from './drill.ts';

/** A number of 0 to 1, exclusive of 1, that the same seed repeats (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Drills that a demo can let happen by itself: an alert tells of them, and something mends them. */
export function demonstrable(drills: readonly Drill[], system: string): readonly Drill[] {
  const faults = new Set<string>();
  return drills.filter(({ class: kind, demo, fault, id, unasked }) => {
    const fits = id.startsWith(`${system}/`) && kind === 'acting' && !unasked && demo !== 'never';
    if (!fits || faults.has(fault)) return false;
    faults.add(fault);
    return true;
  });
}

/**
 * What breaks in a demo, one after the other and without end: first what the drills call the first, then by
 * chance, each of another runbook than the one before where there is one. Every one comes before any comes
 * again.
 * @param drills those that can be demonstrated; nothing comes where there is none
 */
export function* courseOf(drills: readonly Drill[], seed: number): Generator<Drill, void> {
  const random = randomOf(seed);
  const first = drills.find(({ demo }) => demo === 'first');
  let left: readonly Drill[] = first === undefined ? drills : [first];
  let before: Drill | null = null;
  let seen: readonly Drill[] = [];
  while (drills.length > 0) {
    const others = left.filter(({ runbook }) => runbook !== before?.runbook);
    const among: readonly Drill[] = others.length > 0 ? others : left;
    const next: Drill | undefined = among[Math.floor(random() * among.length)];
    if (next === undefined) return;
    yield next;
    before = next;
    seen = seen.length + 1 >= drills.length ? [] : [...seen, next];
    left = drills.filter(
      (drill) => !seen.includes(drill) && (drills.length === 1 || drill !== next),
    );
  }
}
