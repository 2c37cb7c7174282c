import type { Program } from '../composition/compose.ts';
import { rotOf } from '../composition/rot.ts';
import { didYouMean } from '../domain/nearest.ts';
import type { Rot } from '../runbooks/verify.ts';
import type { ContractOf } from './contract.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { lostEngine } from './lost-engine.ts';
import { answer, type Output, table } from './output.ts';
import { lookWithRates } from './second-answers.ts';

/** Worst first, as a person wants to read them. */
const order: readonly Rot['state'][] = ['missing', 'forbidden', 'guessed', 'unknown', 'ok'];

function words(rows: readonly Rot[]): string {
  if (rows.length === 0) return 'The runbooks rely on nothing in this region.';
  const counts = order.flatMap((state) => {
    const count = rows.filter((row) => row.state === state).length;
    return count === 0 ? [] : [`${count} ${state}`];
  });
  const shown = rows
    .filter(({ state }) => state !== 'ok')
    .toSorted((a, b) => order.indexOf(a.state) - order.indexOf(b.state))
    .map(({ runbook, step, needs, found, state, suggestion }) => [
      state,
      `${runbook} ${step}`,
      [needs, found, suggestion].filter((part) => part !== null).join('; '),
    ]);
  const summary = `${rows.length} things the runbooks rely on: ${counts.join(', ')}`;
  return shown.length === 0 ? summary : `${table(shown)}\n\n${summary}`;
}

/**
 * `runbooks verify [ID…]`: holds runbooks against the live region, changing nothing. Exit 1 when something
 * is missing or forbidden, 3 when the region's engine does not answer, 2 for an id that is not there.
 */
export async function runbooksVerifyCommand(
  program: Program,
  output: Output,
  ids: readonly string[],
  waitMs: number,
): Promise<ExitCode> {
  await lookWithRates(program, waitMs);
  const all = program.pack?.runbooks ?? [];
  const known = all.map(({ id }) => id);
  const unknown = ids.find((id) => !known.includes(id));
  if (unknown !== undefined) {
    const mend = didYouMean(unknown, known, 'see opsconsole runbooks list');
    output.note(`There is no runbook ${unknown} in the pack of this region; ${mend}`);
    return exitCodes.usage;
  }
  const silent = lostEngine(program);
  if (silent !== null) {
    output.note(silent);
    return exitCodes.unreachable;
  }
  const chosen = ids.length === 0 ? all : all.filter(({ id }) => ids.includes(id));
  const whole = ids.length === 0;
  const rows = await rotOf(program, chosen, whole, new AbortController().signal);
  const value: ContractOf<'runbooks-verify'> = [...rows];
  answer(output, value, () => words(rows));
  const isRotten = rows.some(({ state }) => state === 'missing' || state === 'forbidden');
  return isRotten ? exitCodes.unhealthy : exitCodes.done;
}
