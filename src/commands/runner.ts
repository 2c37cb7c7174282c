import { runIntent } from '../actions/runner.ts';
import type { Program } from '../composition/compose.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';

/** How long the runner waits for the engine before it gives up on finding its target. */
const ENGINE_WITHIN_MS = 10_000;

/** `runner --intent ID`: the detached process that carries out one intent. Not for people. */
export async function runnerCommand(program: Program, intent: string): Promise<ExitCode> {
  const ready = () => program.look('addresses', ENGINE_WITHIN_MS);
  try {
    const done = await runIntent(program.context, program.policy, intent, ready);
    return done ? exitCodes.done : exitCodes.unhealthy;
  } catch (thrown) {
    program.log.error(`intent ${intent} was not carried out`, thrown);
    return exitCodes.refused;
  }
}
