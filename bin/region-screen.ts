import { flushCompileCache } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import type { Program } from '../src/composition/compose.ts';
import { type ConsolePreparation, prepareConsole } from '../src/composition/console.ts';
import type { Fleet } from '../src/composition/fleet.ts';
import type { Configuration } from '../src/composition/plan.ts';
import { createRegion, type RegionCore } from '../src/composition/region.ts';
import type { Surroundings } from '../src/composition/surroundings.ts';
import { type Console, createConsole } from '../src/console/console.ts';
import type { IdleCounter } from '../src/console/idle.ts';
import type { ConsolePorts, Fleeting, Tip } from '../src/console/ports.ts';
import { sanitizeLine } from '../src/domain/sanitize.ts';
import type { Log } from '../src/log/log.ts';
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

/** What a region's screen is opened with. */
export interface ScreenParts {
  readonly machine: Surroundings;
  readonly options: CommonOptions;
  readonly log: Log;
  readonly idle: IdleCounter;
  /** Goes to another region. */
  readonly goTo: (region: string) => void;
  /** What to say to a newcomer. */
  readonly tip?: Tip | undefined;
  /** The region ends with the screen. */
  readonly fleeting?: Fleeting | undefined;
}

/** One region on the screen: its sources, its console, and all that stands behind them. */
export interface RegionScreen {
  readonly core: RegionCore;
  readonly console: Console;
  readonly ports: ConsolePorts;
  configuration(): Promise<Configuration>;
  /**
   * Lets everything behind the screen stand: first the engine, whose containers are what one looks for,
   * then what they use, packs, journal and what they bring.
   *
   * @param painted settles when what has changed so far is on the terminal
   * @param fleet what the region tells of the others; null where it is the only one
   */
  fill(painted: () => Promise<void>, fleet: Fleet | null): Promise<void>;
  /** Says on the screen why it could not be filled; the way to other regions stays open. */
  tell(thrown: unknown, fleet: Fleet | null): void;
  close(): Promise<void>;
}

/** The options that mean the region that was opened, whoever chose it. */
function named(options: CommonOptions, { config, plan }: Configuration): CommonOptions {
  const several = Object.keys(config.regions).length > 1;
  return several ? { ...options, region: plan.name?.value ?? options.region } : options;
}

/** Opens a region's screen. Nothing is read and nothing connected before it is filled. */
export function openRegion(parts: ScreenParts): RegionScreen {
  const { machine, options, log, idle, goTo, tip, fleeting } = parts;
  const core = createRegion(machine, options, log, { anyRegion: true });
  const preparation: ConsolePreparation = prepareConsole(core, machine, goTo, fleeting);
  const { board, ports } = preparation;
  if (tip !== undefined) board.setState({ tip });
  const console = createConsole(ports, { idle });
  let leave = () => {};
  let program: Program | null = null;
  let filling: Promise<void> = Promise.resolve();
  let closed = false;

  const fill = async (painted: () => Promise<void>, fleet: Fleet | null) => {
    if (fleet !== null) core.supervisor.add(fleet.source());
    await core.startEngine({ addressesOnly: true });
    await core.supervisor.firstAnswers(ENGINE_FIRST_MS);
    // Changes are gathered for a moment: the names are not kept waiting.
    await core.live.published();
    await painted();
    await core.startEngine();
    const { compose } = await import('../src/composition/compose.ts');
    const { standBehind } = await import('../src/composition/board.ts');
    const configuration = await core.configuration();
    program = await compose(machine, named(options, configuration), log, { core });
    if (closed) return;
    leave = standBehind(preparation, program, machine);
    fleet?.lookAt(configuration.plan.name?.value ?? '', core, program);
    await program.start('all');
    // Changes are gathered for a moment: the system it recognised is told before the start is over.
    await core.live.published();
    board.setState({ starting: false });
    machine.clock.after(LOADED_AFTER_MS, settleDown);
  };
  return {
    core,
    console,
    ports,
    configuration: core.configuration,
    fill(painted, fleet) {
      filling = fill(painted, fleet);
      return filling;
    },
    tell(thrown, fleet) {
      log.error('a region could not be opened', thrown);
      const words = thrown instanceof Error ? thrown.message : String(thrown);
      board.setState({ starting: false, troubles: [sanitizeLine(words)] });
      if (!closed) fleet?.lookAt(options.region ?? '', core, program);
    },
    async close() {
      closed = true;
      console.close();
      // What is being filled ends once its sources do.
      await Promise.race([filling.catch(() => undefined), core.close()]);
      leave();
      await (program ?? core).close();
    },
  };
}
