import type { Drill } from '../drills/drill.ts';
import { scriptOf, type Trial, trialWord } from '../drills/trials.ts';
import type { ContractOf } from './contract.ts';
import type { Performed } from './drill-perform.ts';

export type DrillResult = ContractOf<'drill-run'>;

/** What is told of a drill that was performed. @param journal the file that holds its record */
export function drillResult(
  drill: Drill,
  trial: Trial,
  performed: Performed,
  journal: string,
): DrillResult {
  const { reachedLeaf, diagnosisMs, acted, verified, why } = performed;
  return {
    id: drill.id,
    runbook: drill.runbook,
    class: drill.class,
    trial: trialWord(trial),
    expectedLeaf: drill.leaf,
    reachedLeaf,
    diagnosisMs,
    acted,
    verified,
    script: scriptOf(drill, trial).map(({ at, done, give, happens, take }) => {
      return { at, take, give, done, happens };
    }),
    result: why === null ? 'pass' : 'fail',
    why,
    journal,
  };
}

const SIGNS = { pass: '✔', fail: '✖' } as const;

/** The same in words, for people. */
export function drillWords(told: DrillResult): string {
  const seconds =
    told.diagnosisMs === null ? '' : `, found in ${Math.round(told.diagnosisMs / 1000)} s`;
  const tried = told.trial === 'follow' ? '' : ` (${told.trial})`;
  const head = `${SIGNS[told.result]} ${told.id}${tried} → ${told.reachedLeaf ?? 'no leaf'}${seconds}`;
  const answers = told.script.map(({ at, done, give, happens, take }) => {
    const values = Object.entries(give).map(([name, value]) => `${name}=${value}`);
    return `    at ${at}: ${[take, ...values, done ? 'done' : null, happens].filter(Boolean).join(' ')}`;
  });
  return [head, ...answers, ...(told.why === null ? [] : [`    ${told.why}`])].join('\n');
}
