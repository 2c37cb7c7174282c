import { type Command, InvalidArgumentError } from 'commander';
import { wholeNumber } from './cli-values.ts';

/** A command about drills. */
export type DrillInvocation =
  | { readonly command: 'drill list' }
  | { readonly command: 'drill history' }
  | {
      readonly command: 'drill run';
      readonly ids: readonly string[];
      readonly all: boolean;
      /** Without an operator; else in the console. */
      readonly auto: boolean;
      /** One that the operator does not choose. */
      readonly random: boolean;
      readonly screenReader: boolean;
      readonly thorough: boolean;
      readonly seed: number;
      readonly factor: number;
      /** Performed beside each other; null lets the machine decide. */
      readonly jobs: number | null;
    }
  /** Performs drills for another process. */
  | { readonly command: 'drill-worker' }
  /** Stands by to run changes in regions whose clock is another. */
  | { readonly command: 'drill-runner' };

/** How many times as fast the time of a drill goes, unless told, while something is under way. */
const FACTOR = 10;
const FACTOR_MAX = 60;

const JOBS_MAX = 16;

function jobs(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= JOBS_MAX) return value;
  throw new InvalidArgumentError(`A whole number of 1 to ${JOBS_MAX}.`);
}

function factor(text: string): number {
  const value = Number(text);
  if (value >= 1 && value <= FACTOR_MAX) return value;
  throw new InvalidArgumentError(`A number of 1 to ${FACTOR_MAX}.`);
}

/** Adds `drill` to the command line. */
export function addDrills(program: Command, choose: (invocation: DrillInvocation) => void): void {
  const drills = program
    .command('drill')
    .description('practise on a simulated region; nothing of this host is touched');
  drills
    .command('list')
    .description('what can be practised')
    .action(() => choose({ command: 'drill list' }));
  drills
    .command('history')
    .description('how the drills in the console went, newest first')
    .action(() => choose({ command: 'drill history' }));
  drills
    .command('run [ids...]')
    .description(
      'practise one in the console; with --auto perform any, and tell of each whether it passes',
    )
    .option('--random', 'one that is not told, and of which an alert tells', false)
    .option('--screen-reader', 'the screen in lines for a screen reader, without frames', false)
    .option('--all', 'with --auto: every drill', false)
    .option('--auto', 'without an operator: follow what is recommended, and each script', false)
    .option(
      '--thorough',
      'see as well that a fault left alone does not heal, nor by the remedy of another leaf',
      false,
    )
    .option('--seed <number>', 'repeats a run: the same number, the same region', wholeNumber, 1)
    .option('--jobs <number>', 'drills performed beside each other; else one a processor', jobs)
    .option(
      '--factor <number>',
      'how many times as fast its time goes while something is under way',
      factor,
      FACTOR,
    )
    .action((ids: string[], o) =>
      choose({
        command: 'drill run',
        ids,
        all: o.all === true,
        auto: o.auto === true,
        random: o.random === true,
        screenReader: o.screenReader === true,
        thorough: o.thorough === true,
        seed: o.seed,
        factor: o.factor,
        jobs: o.jobs ?? null,
      }),
    );
  program
    .command('drill-runner', { hidden: true })
    .action(() => choose({ command: 'drill-runner' }));
  program
    .command('drill-worker', { hidden: true })
    .action(() => choose({ command: 'drill-worker' }));
}
