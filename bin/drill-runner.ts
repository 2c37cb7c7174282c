import { type ExitCode, exitCodes } from '../src/commands/exit-codes.ts';
import { runnerCommand } from '../src/commands/runner.ts';
import { compose, composeLibrary, type Program } from '../src/composition/compose.ts';
import type { Surroundings } from '../src/composition/surroundings.ts';
import { limitBy } from '../src/domain/time-limit.ts';
import { type SteppedClock, steppedClock } from '../src/drills/stepped-clock.ts';
import { openLog } from '../src/log/log.ts';
import type { CommonOptions } from './cli.ts';
import { type MachineWork, watchMachineWork } from './machine-time.ts';
import { shutIn } from './simulated.ts';
import { serve } from './talk.ts';

/** What is asked of the process that runs the changes of drills. */
export type RunnerAsked =
  /** Makes ready for a drill: its region's folder, how it is reached, and its time, epoch ms. */
  | {
      readonly kind: 'prepare';
      readonly folder: string;
      readonly state: string;
      readonly options: CommonOptions;
      readonly moment: number;
      /** What is asked for is said to be done, and is not. */
      readonly idle: boolean;
    }
  /** Runs an intent, at a moment. */
  | { readonly kind: 'run'; readonly intent: string; readonly moment: number }
  /** Goes on to a moment, epoch ms. */
  | { readonly kind: 'move'; readonly moment: number }
  /** The drill is over. */
  | { readonly kind: 'leave' };

/** What is told of a move. */
export interface RunnerMoved extends MachineWork {
  /** An intent is being run. */
  readonly underWay: boolean;
}

/** The same program, none of whose actions changes anything. */
function idling(program: Program): Program {
  const { catalogue } = program.context;
  const action = (id: string) => {
    const real = catalogue.action(id);
    return real === undefined ? undefined : { ...real, run: async () => undefined };
  };
  return { ...program, context: { ...program.context, catalogue: { ...catalogue, action } } };
}

/** What stands ready for the intents of one drill. */
class Prepared {
  readonly #clock: SteppedClock;
  readonly #next: () => Promise<Program>;
  readonly #leave: () => void;
  readonly #work: () => MachineWork;
  /** One is always composed before it is needed; it connects to nothing until then. */
  #program: Promise<Program>;
  #underWay = 0;

  constructor(
    clock: SteppedClock,
    next: () => Promise<Program>,
    leave: () => void,
    work: () => MachineWork,
  ) {
    this.#work = work;
    this.#clock = clock;
    this.#next = next;
    this.#leave = leave;
    this.#program = next();
  }

  async moveTo(moment: number): Promise<RunnerMoved> {
    const ran = await this.#clock.moveTo(moment);
    const { moved, waits, works } = this.#work();
    return { underWay: this.#underWay > 0, moved: ran || moved, works, waits };
  }

  async ready(): Promise<void> {
    await this.#program;
  }

  async run(intent: string): Promise<void> {
    this.#underWay += 1;
    try {
      const program = await this.#program;
      await runnerCommand(program, intent);
      await program.close();
    } finally {
      this.#underWay -= 1;
    }
    this.#program = this.#next();
    await this.#program;
  }

  async close(): Promise<void> {
    this.#underWay += 1;
    await (await this.#program).close();
    this.#underWay -= 1;
    this.#leave();
  }
}

/**
 * Stands by to run intents, each in a program composed for it, as any runner does. It is not started for each:
 * what a start costs would be no part of the drill.
 */
export async function standBy(machine: Surroundings, options: CommonOptions): Promise<ExitCode> {
  const packs = composeLibrary(machine, options);
  const work = watchMachineWork();
  let prepared: Prepared | null = null;
  await serve<RunnerAsked>(async (asked) => {
    if (asked.kind === 'prepare') {
      const clock = steppedClock(asked.moment);
      limitBy(clock);
      const leave = shutIn(asked.folder);
      const log = openLog(asked.state);
      const inTime = { ...machine, clock };
      const next = async () => {
        const program = await compose(inTime, asked.options, log, { packs });
        return asked.idle ? idling(program) : program;
      };
      prepared = new Prepared(clock, next, leave, work);
      return await prepared.ready();
    }
    if (prepared === null) throw new Error('no drill was prepared');
    switch (asked.kind) {
      case 'run':
        await prepared.moveTo(asked.moment);
        return await prepared.run(asked.intent);
      case 'move':
        return prepared.moveTo(asked.moment);
      case 'leave':
        return await prepared.close();
    }
  });
  return exitCodes.done;
}
