import type { Answer, Drill } from './drill.ts';

/** What is tried in a region of a drill's own. */
export type Trial =
  /** The runbook is followed to its end. */
  | { readonly kind: 'follow' }
  /** Nobody does anything: what broke stays broken. */
  | { readonly kind: 'left-alone' }
  /** The runbook is followed, and nothing that it says is carried out: nor is anything proved. */
  | { readonly kind: 'not-done' }
  /** Another remedy of the runbook is applied, as the drill that proves it does, and does not help. */
  | { readonly kind: 'remedy'; readonly leaf: string; readonly script: readonly Answer[] };

/** A trial in one word: `left-alone`, `remedy flush-cache`. */
export function trialWord(trial: Trial): string {
  return trial.kind === 'remedy' ? `remedy ${trial.leaf}` : trial.kind;
}

/** What the operator of a trial says: of a remedy what its own drill says, elsewhere what the drill says. */
export function scriptOf({ script }: Pick<Drill, 'script'>, trial: Trial): readonly Answer[] {
  if (trial.kind !== 'remedy') return script;
  const said = new Set(trial.script.map(({ at }) => at));
  return [...trial.script, ...script.filter(({ at }) => !said.has(at))];
}

/**
 * What is tried of a drill. A remedy that another drill of the same runbook proves must not pass for this one,
 * those excepted of which the drill says that they also help.
 * @param all every drill
 * @param thorough beside the drill itself, that its fault does not heal, that nothing is proved where nothing
 *   was done, and that no other remedy helps
 */
export function trialsOf(drill: Drill, all: readonly Drill[], thorough: boolean): readonly Trial[] {
  const follow: Trial = { kind: 'follow' };
  if (!thorough || drill.class !== 'acting') return [follow];
  const remedies = new Map<string, readonly Answer[]>();
  for (const { class: kind, isRemedy, leaf, runbook, script } of all) {
    const other = leaf !== drill.leaf && !drill.alsoHelps.includes(leaf);
    const fits = runbook === drill.runbook && kind === 'acting' && isRemedy && other;
    if (fits && !remedies.has(leaf)) remedies.set(leaf, script);
  }
  const others = [...remedies].toSorted(([a], [b]) => a.localeCompare(b));
  return [
    follow,
    { kind: 'left-alone' },
    { kind: 'not-done' },
    ...others.map(([leaf, script]): Trial => ({ kind: 'remedy', leaf, script })),
  ];
}
