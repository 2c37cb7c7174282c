import { exitCodes } from '../src/commands/exit-codes.ts';
import { compose } from '../src/composition/compose.ts';
import { composeConsole } from '../src/composition/console.ts';
import { type Surroundings, stateDirectory } from '../src/composition/surroundings.ts';
import { createConsole } from '../src/console/console.ts';
import { createIdleCounter } from '../src/console/idle.ts';
import { connectIdleSocket } from '../src/console/idle-socket.ts';
import { type Log, openLog } from '../src/log/log.ts';
import { appearanceOf } from './appearance.ts';
import type { CommonOptions } from './cli.ts';

/** Node would write its warnings on stderr, over the screen. */
function logWarnings(log: Log): void {
  process.removeAllListeners('warning');
  process.on('warning', (warning) => log.error('Node warns', warning));
}

/** Opens the screen and stays until the operator leaves it or the terminal is gone. */
export async function openConsole(machine: Surroundings, options: CommonOptions): Promise<number> {
  const { stdin, stdout } = process;
  if (!stdin.isTTY || !stdout.isTTY) {
    process.stderr.write(
      'opsconsole: the screen needs a terminal; for scripts there is opsconsole status --json\n',
    );
    return exitCodes.usage;
  }
  const { renderConsole } = await import('../views/render.tsx');
  const log = openLog(stateDirectory(machine, options));
  logWarnings(log);
  const program = compose(machine, options, log);
  const setup = composeConsole(program, machine);
  program.start('all');
  const idle = createIdleCounter();
  const console = createConsole(setup.ports, { idle });
  const socket = machine.env['OPSCONSOLE_IDLE_SOCKET'];
  const reporter = socket === undefined ? null : connectIdleSocket(socket);
  const screen = renderConsole({
    console,
    ports: setup.ports,
    appearance: appearanceOf(machine.env),
    stdin,
    stdout,
    idle,
    ...(reporter === null ? {} : { onSettled: reporter.report }),
  });
  let code: number = exitCodes.done;
  const leave = (signal: NodeJS.Signals) => {
    code = signal === 'SIGINT' ? exitCodes.interrupted : exitCodes.done;
    screen.unmount();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, leave);
  try {
    await screen.waitUntilExit();
  } catch (thrown) {
    log.error('the screen failed', thrown);
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    process.stderr.write(
      `opsconsole: the screen failed: ${message}\nSee ${log.file ?? 'stderr'}\n`,
    );
    code = exitCodes.unhealthy;
  }
  console.close();
  setup.close();
  await program.close();
  return code;
}
