import type { Drill } from './drill.ts';

/** What is tried in a region of a drill's own. */
export type Trial =
  /** The runbook is followed to its end. */
  | { readonly kind: 'follow' }
  /** Nobody does anything: what broke stays broken. */
  | { readonly kind: 'left-alone' }
  /** Another remedy of the runbook is applied, and does not help. */
  | { readonly kind: 'remedy'; readonly leaf: string };

/** A trial in one word: `left-alone`, `remedy flush-cache`. */
export function trialWord(trial: Trial): string {
  return trial.kind === 'remedy' ? `remedy ${trial.leaf}` : trial.kind;
}

/**
 * What is tried of a drill. A remedy that another drill of the same runbook proves must not pass for this one,
 * those excepted of which the drill says that they also help.
 * @param all every drill
 * @param thorough beside the drill itself, that its fault neither heals nor yields to another remedy
 */
export function trialsOf(drill: Drill, all: readonly Drill[], thorough: boolean): readonly Trial[] {
  const follow: Trial = { kind: 'follow' };
  if (!thorough || drill.class !== 'acting') return [follow];
  const leaves = all
    .filter((one) => one.runbook === drill.runbook && one.class === 'acting' && one.isRemedy)
    .map(({ leaf }) => leaf)
    .filter((leaf) => leaf !== drill.leaf && !drill.alsoHelps.includes(leaf));
  const others = [...new Set(leaves)].toSorted();
  return [
    follow,
    { kind: 'left-alone' },
    ...others.map((leaf): Trial => ({ kind: 'remedy', leaf })),
  ];
}
