import { setImmediate as turn } from 'node:timers/promises';
import { exitCodes } from '../src/commands/exit-codes.ts';
import type { Fleet } from '../src/composition/fleet.ts';
import type { Configuration } from '../src/composition/plan.ts';
import type { RegionCore } from '../src/composition/region.ts';
import { type Surroundings, stateDirectory } from '../src/composition/surroundings.ts';
import { appearanceOf } from '../src/console/appearance.ts';
import { createIdleCounter } from '../src/console/idle.ts';
import { connectIdleSocket } from '../src/console/idle-socket.ts';
import type { Fleeting, Tip } from '../src/console/ports.ts';
import { deferredLog } from '../src/log/deferred.ts';
import type { Log } from '../src/log/log.ts';
import { type Rendered, renderConsole } from '../views/render.tsx';
import type { CommonOptions } from './cli.ts';
import { openRegion, type RegionScreen } from './region-screen.ts';

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

/** Watches the regions of a configuration that has several; null where there is one to look at. */
async function fleetOf(
  { config }: Configuration,
  machine: Surroundings,
  options: CommonOptions,
  log: Log,
): Promise<Fleet | null> {
  const names = Object.keys(config.regions);
  if (names.length < 2) return null;
  const { createFleet } = await import('../src/composition/fleet.ts');
  return createFleet(names, machine, options, log);
}

/** How the screen is opened. */
export interface ConsoleManner {
  readonly screenReader: boolean;
  /** What to say to a newcomer. */
  readonly tip?: Tip;
  /** The region ends with the screen. */
  readonly fleeting?: Fleeting;
  /** Follows the region that is opened first. @returns ends that, called once the screen is gone */
  readonly attend?: (region: Pick<RegionScreen, 'console' | 'ports'>) => () => void;
}

/** Opens the screen and stays until the operator leaves it or the terminal is gone. */
export async function openConsole(
  machine: Surroundings,
  options: CommonOptions,
  { attend = () => () => {}, fleeting, screenReader, tip }: ConsoleManner,
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
  const idle = createIdleCounter();
  const socket = machine.env['OPSCONSOLE_IDLE_SOCKET'];
  const reporter = socket === undefined ? null : connectIdleSocket(socket);
  const goTo = (name: string) => {
    const mine = { ...options, region: name, system: null, project: null };
    const left = region;
    region = openRegion({ machine, options: mine, log, idle, goTo, fleeting });
    screen.show(region);
    // Its panels are asked for by whoever is in a hurry: nothing waits for the one that was left.
    left.close().catch((thrown: unknown) => log.error('a region could not be left', thrown));
    const opened = region;
    // One region that cannot be opened must not take the screen from the others.
    opened.fill(screen.flushed, fleet).catch((thrown) => opened.tell(thrown, fleet));
  };
  let region = openRegion({ machine, options, log, idle, goTo, tip, fleeting });
  const attended = attend(region);
  const appearance = appearanceOf(machine.env);
  const draw = async (): Promise<Rendered> => {
    const shown = { console: region.console, ports: region.ports, appearance, stdin, stdout, idle };
    if (!screenReader) {
      const report = reporter === null ? {} : { onSettled: reporter.report };
      return renderConsole({ ...shown, ...report });
    }
    const { speakConsole } = await import('../views/speak.tsx');
    return speakConsole(shown);
  };
  await askEngineEarly(region.core);
  const screen = await draw();
  let code: number = exitCodes.done;
  const leave = (signal: NodeJS.Signals) => {
    code = signal === 'SIGINT' ? exitCodes.interrupted : exitCodes.done;
    screen.unmount();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, leave);

  let refused: unknown = null;
  let fleet: Fleet | null = null;
  const refuse = (thrown: unknown) => {
    refused = thrown;
    screen.unmount();
  };
  const begin = async () => {
    await screen.flushed();
    const configuration = await region.configuration();
    const { theme } = configuration.config;
    if (theme !== null) screen.restyle(appearanceOf(machine.env, theme.value));
    fleet = await fleetOf(configuration, machine, options, log);
    // Nobody said which: all of them are shown first.
    if (fleet !== null && options.region === null) {
      region.console.dispatch({ type: 'focus', panel: 'regions' });
    }
    await region.fill(screen.flushed, fleet);
  };
  begin().catch(refuse);
  try {
    await screen.waitUntilExit();
  } catch (thrown) {
    log.error('the screen failed', thrown);
    const { file } = await log.opened();
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    process.stderr.write(`opsconsole: the screen failed: ${message}\nSee ${file ?? 'stderr'}\n`);
    code = exitCodes.unhealthy;
  }
  attended();
  region.console.close();
  if (refused !== null) throw refused;
  await Promise.all([region.close(), (fleet as Fleet | null)?.close()]);
  return code;
}
