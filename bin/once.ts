import { type ExitCode, exitCodes } from '../src/commands/exit-codes.ts';
import type { Output } from '../src/commands/output.ts';
import { secondAnswers } from '../src/commands/second-answers.ts';
import { standBehind } from '../src/composition/board.ts';
import { compose } from '../src/composition/compose.ts';
import { prepareConsole } from '../src/composition/console.ts';
import { createRegion } from '../src/composition/region.ts';
import type { GlobalOptions, Surroundings } from '../src/composition/surroundings.ts';
import { appearanceOf } from '../src/console/appearance.ts';
import type { Log } from '../src/log/log.ts';
import { renderOnce } from '../views/once.tsx';

interface OnceOptions {
  readonly waitMs: number;
  readonly columns: number | null;
  readonly rows: number | null;
  /** Waits for the second answers too, without which there are no rates. */
  readonly rates: boolean;
}

/** `--once`: one frame of the overview as plain text, once every source has answered. */
export async function printOnce(
  machine: Surroundings,
  options: GlobalOptions,
  log: Log,
  output: Output,
  { waitMs, columns, rows, rates }: OnceOptions,
): Promise<ExitCode> {
  const core = createRegion(machine, options, log);
  const preparation = prepareConsole(core, machine);
  const program = await compose(machine, options, log, { core });
  const startedAt = machine.clock.now();
  await program.look('all', waitMs);
  if (rates) await secondAnswers(program, waitMs - (machine.clock.now() - startedAt));
  preparation.board.setState({ starting: false });
  const leave = standBehind(preparation, program, machine);
  try {
    const frame = await renderOnce({
      ports: preparation.ports,
      columns: columns ?? (process.stdout.columns || 80),
      rows: rows ?? (process.stdout.rows || 24),
      unicode: appearanceOf(machine.env).unicode,
    });
    output.write(frame.trimEnd());
    return exitCodes.done;
  } finally {
    leave();
    await program.close();
  }
}
