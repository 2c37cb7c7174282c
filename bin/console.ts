import { flushCompileCache } from 'node:module';
import { exitCodes } from '../src/commands/exit-codes.ts';
import { type ConsolePreparation, prepareConsole } from '../src/composition/console.ts';
import { createRegion, engineAsked, type RegionCore } from '../src/composition/region.ts';
import { type Surroundings, stateDirectory } from '../src/composition/surroundings.ts';
import { appearanceOf } from '../src/console/appearance.ts';
import { createConsole } from '../src/console/console.ts';
import { createIdleCounter } from '../src/console/idle.ts';
import { connectIdleSocket } from '../src/console/idle-socket.ts';
import { wait } from '../src/domain/clock.ts';
import { deferredLog } from '../src/log/deferred.ts';
import type { Log } from '../src/log/log.ts';
import { type Rendered, renderConsole } from '../views/render.tsx';
import type { CommonOptions } from './cli.ts';

/** How long the packs wait for the engine's first answer: its containers are wanted on the screen first. */
const ENGINE_FIRST_MS = 1500;

/** By then everything that a usual look at the screen needs has been loaded. */
const COMPILED_AFTER_MS = 5000;

/** Node would write its warnings on stderr, over the screen. */
function logWarnings(log: Log): void {
  process.removeAllListeners('warning');
  process.on('warning', (warning) => log.error('Node warns', warning));
}

/**
 * Lets everything behind the screen stand: first the engine, whose containers are what one looks for,
 * then packs, journal and what they bring.
 * @returns ends it
 */
async function fillScreen(
  core: RegionCore,
  preparation: ConsolePreparation,
  machine: Surroundings,
  options: CommonOptions,
  painted: () => Promise<void>,
): Promise<() => Promise<void>> {
  await core.startEngine();
  await Promise.race([engineAsked(core), wait(machine.clock, ENGINE_FIRST_MS)]);
  await painted();
  const { compose } = await import('../src/composition/compose.ts');
  const { standBehind } = await import('../src/composition/board.ts');
  const program = await compose(machine, options, core.log, { core });
  const leave = standBehind(preparation, program, machine);
  await program.start('all');
  // Changes are gathered for a moment: the system it recognised is told before the start is over.
  core.live.flush();
  preparation.board.setState({ starting: false });
  // A console is often ended with its connection: what was compiled is kept now, for the next start.
  machine.clock.after(COMPILED_AFTER_MS, flushCompileCache);
  return async () => {
    leave();
    await program.close();
  };
}

/** Opens the screen and stays until the operator leaves it or the terminal is gone. */
export async function openConsole(
  machine: Surroundings,
  options: CommonOptions,
  { screenReader }: { readonly screenReader: boolean },
): Promise<number> {
  const { stdin, stdout } = process;
  if (!stdin.isTTY || !stdout.isTTY) {
    process.stderr.write(
      'opsconsole: the screen needs a terminal; for scripts there is opsconsole status --json\n',
    );
    return exitCodes.usage;
  }
  const log = deferredLog(async () => {
    const { openLog } = await import('../src/log/log.ts');
    return openLog(stateDirectory(machine, options));
  });
  logWarnings(log);
  const core = createRegion(machine, options, log);
  const preparation = prepareConsole(core, machine);
  const { ports } = preparation;
  const idle = createIdleCounter();
  const console = createConsole(ports, { idle });
  const socket = machine.env['OPSCONSOLE_IDLE_SOCKET'];
  const reporter = socket === undefined ? null : connectIdleSocket(socket);
  const shown = { console, ports, appearance: appearanceOf(machine.env), stdin, stdout };
  const draw = async (): Promise<Rendered> => {
    if (!screenReader) {
      const report = reporter === null ? {} : { onSettled: reporter.report };
      return renderConsole({ ...shown, idle, ...report });
    }
    const { speakConsole } = await import('../views/speak.tsx');
    return speakConsole({ ...shown, idle });
  };
  const screen = await draw();
  let code: number = exitCodes.done;
  const leave = (signal: NodeJS.Signals) => {
    code = signal === 'SIGINT' ? exitCodes.interrupted : exitCodes.done;
    screen.unmount();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, leave);

  let refused: unknown = null;
  let close = () => core.close();
  const filling = screen
    .flushed()
    .then(() => core.configuration())
    .then(({ config }) => {
      if (config.theme !== null) {
        screen.restyle(appearanceOf(machine.env, config.theme.value));
      }
    })
    .then(() => fillScreen(core, preparation, machine, options, screen.flushed))
    .then((end) => {
      close = end;
    })
    .catch((thrown: unknown) => {
      refused = thrown;
      screen.unmount();
    });
  try {
    await screen.waitUntilExit();
  } catch (thrown) {
    log.error('the screen failed', thrown);
    const { file } = await log.opened();
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    process.stderr.write(`opsconsole: the screen failed: ${message}\nSee ${file ?? 'stderr'}\n`);
    code = exitCodes.unhealthy;
  }
  console.close();
  if (refused !== null) throw refused;
  await Promise.race([filling, core.close()]);
  await close();
  return code;
}
