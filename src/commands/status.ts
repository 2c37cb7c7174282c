import type { Program } from '../composition/compose.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { answer, type Output } from './output.ts';
import { lookWithRates } from './second-answers.ts';
import { statusOf } from './status-answer.ts';
import { statusWords } from './status-words.ts';

/** What `status` needs of a program. */
type Asked = Pick<Program, 'look' | 'live' | 'pack' | 'context'>;

/**
 * `status`: what is alive and what is not. Exit 3 if a source is lost, 1 if something is unhealthy.
 * @param waitMs for the first answers, and with `rates` for the second ones too
 * @param rates answers only when rates can be told, which takes a second answer of their sources
 */
export async function statusCommand(
  program: Asked,
  output: Output,
  waitMs: number,
  rates: boolean,
): Promise<ExitCode> {
  const { clock } = program.context;
  await (rates ? lookWithRates(program, waitMs) : program.look('all', waitMs));
  const state = program.live.store.getState();
  const now = clock.now();
  answer(output, statusOf(state, program.pack?.runbooks ?? [], now), () => statusWords(state, now));
  const lost = ['connecting', 'failed'];
  if (Object.values(state.sources).some(({ status }) => lost.includes(status))) {
    return exitCodes.unreachable;
  }
  const sick = Object.values(state.signals).some(({ state: health }) => health === 'critical');
  return sick || state.alerts.length > 0 ? exitCodes.unhealthy : exitCodes.done;
}
