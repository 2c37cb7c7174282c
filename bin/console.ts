import { flushCompileCache } from 'node:module';
import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { exitCodes } from '../src/commands/exit-codes.ts';
import { type ConsolePreparation, prepareConsole } from '../src/composition/console.ts';
import { createRegion, type RegionCore } from '../src/composition/region.ts';
import { type Surroundings, stateDirectory } from '../src/composition/surroundings.ts';
import { appearanceOf } from '../src/console/appearance.ts';
import { createConsole } from '../src/console/console.ts';
import { createIdleCounter } from '../src/console/idle.ts';
import { connectIdleSocket } from '../src/console/idle-socket.ts';
import { deferredLog } from '../src/log/deferred.ts';
import type { Log } from '../src/log/log.ts';
import { type Rendered, renderConsole } from '../views/render.tsx';
import type { CommonOptions } from './cli.ts';

/** How long all else waits for the engine's first answer: its containers are wanted on the screen first. */
const ENGINE_FIRST_MS = 1500;

/** By then everything that a usual look at the screen needs has been loaded. */
const LOADED_AFTER_MS = 5000;

/**
 * So much may the heap grow beyond what is in use before it is collected; V8 alone would let it grow to
 * several times that, on a host that has little to spare when the console is wanted most.
 */
const HEAP_GROWS_PERCENT = 30;

/** The start is over: what it compiled is kept for the next one, and memory is spared from now on. */
function settleDown(): void {
  // Now: a console is often ended with its connection. And first: code is kept for the flags it ran with.
  flushCompileCache();
  setFlagsFromString(`--heap-growing-percent=${HEAP_GROWS_PERCENT}`);
}

/** Node would write its warnings on stderr, over the screen. */
function logWarnings(log: Log): void {
  process.removeAllListeners('warning');
  process.on('warning', (warning) => log.error('Node warns', warning));
}

/**
 * Asks the engine for its containers, and lets the question go out before the screen is drawn: the answer
 * comes meanwhile. Not where a configuration file is to be read first, which takes longer than to draw.
 */
async function askEngineEarly(core: RegionCore): Promise<void> {
  if (core.configured) return;
  // What is wrong is told once the screen stands.
  await core.startEngine({ addressesOnly: true }).catch(() => undefined);
  // One turn connects, the next writes.
  await turn();
  await turn();
}

/**
 * Lets everything behind the screen stand: first the engine, whose containers are what one looks for,
 * then what they use, packs, journal and what they bring.
 * @returns ends it
 */
async function fillScreen(
  core: RegionCore,
  preparation: ConsolePreparation,
  machine: Surroundings,
  options: CommonOptions,
  painted: () => Promise<void>,
): Promise<() => Promise<void>> {
  await core.startEngine({ addressesOnly: true });
  await core.supervisor.firstAnswers(ENGINE_FIRST_MS);
  // Changes are gathered for a moment: the names are not kept waiting.
  await core.live.published();
  await painted();
  await core.startEngine();
  const { compose } = await import('../src/composition/compose.ts');
  const { standBehind } = await import('../src/composition/board.ts');
  const program = await compose(machine, options, core.log, { core });
  const leave = standBehind(preparation, program, machine);
  await program.start('all');
  // Changes are gathered for a moment: the system it recognised is told before the start is over.
  await core.live.published();
  preparation.board.setState({ starting: false });
  machine.clock.after(LOADED_AFTER_MS, settleDown);
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
  await askEngineEarly(core);
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
