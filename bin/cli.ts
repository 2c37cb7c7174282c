import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { nearest } from '../src/domain/nearest.ts';
import { type Risk, risks } from '../src/domain/risk.ts';
import { sanitizeLine } from '../src/domain/sanitize.ts';
import { addDrills, type DrillInvocation } from './cli-drills.ts';
import { addScreenOptions, refuseScreenOptions, screenOf } from './cli-screen.ts';
import { SPEED, seconds, speed, WAIT_SECONDS, wholeNumber } from './cli-values.ts';
import type { ReplayInvocation } from './replay.ts';

/** The command chosen on the command line, with its options. */
export type Invocation =
  | { readonly command: 'console'; readonly screenReader: boolean }
  /** One frame of the overview as plain text; null takes the terminal's size, else 80×24. */
  | {
      readonly command: 'once';
      readonly waitMs: number;
      readonly rates: boolean;
      readonly columns: number | null;
      readonly rows: number | null;
    }
  | { readonly command: 'status'; readonly waitMs: number; readonly rates: boolean }
  | { readonly command: 'check'; readonly waitMs: number }
  | { readonly command: 'config show' }
  | { readonly command: 'config schema' }
  | { readonly command: 'diagnose'; readonly id: string | null; readonly waitMs: number }
  | {
      readonly command: 'run';
      readonly id: string;
      readonly auto: boolean;
      readonly yes: Risk | null;
      readonly target: string | null;
      readonly inputs: Readonly<Record<string, string>>;
      readonly breakGlass: string | null;
      readonly dryRun: boolean;
      readonly waitMs: number;
    }
  | { readonly command: 'runbooks list' }
  | { readonly command: 'runbooks show'; readonly id: string }
  | {
      readonly command: 'runbooks verify';
      readonly ids: readonly string[];
      readonly waitMs: number;
    }
  | { readonly command: 'runbooks lint'; readonly paths: readonly string[] }
  | { readonly command: 'runbooks walk'; readonly id: string }
  | { readonly command: 'runbooks schema'; readonly which: 'runbook' | 'pack' }
  | { readonly command: 'incidents list' }
  | { readonly command: 'incidents show'; readonly id: string }
  | ({ readonly command: 'replay' } & ReplayInvocation)
  | { readonly command: 'schema'; readonly name: string | null }
  | { readonly command: 'runner'; readonly intent: string }
  | DrillInvocation
  /** Mends what broke in a demo as the drill does, where nobody else came. */
  | { readonly command: 'demo-operator'; readonly drill: string }
  | {
      readonly command: 'demo';
      readonly system: string;
      readonly seed: number;
      readonly screenReader: boolean;
    };

/** Options of every command. */
export interface CommonOptions {
  readonly region: string | null;
  readonly system: string | null;
  readonly project: string | null;
  readonly config: string | null;
  readonly state: string | null;
  readonly packs: string | null;
  readonly readOnly: boolean;
  readonly json: boolean;
}

export interface Parsed {
  readonly invocation: Invocation;
  readonly options: CommonOptions;
}

/** The usage was wrong, or help or the version was asked for; the text is written already. */
export class UsageEnd extends Error {
  readonly exitCode: number;
  constructor(exitCode: number) {
    super('usage');
    this.exitCode = exitCode;
  }
}

type Choose = (invocation: Invocation) => void;

/** A rate takes two readings, five seconds apart as a rule. */
const WAIT_TWICE = 'wait for the first answers, and for the second ones where a rate needs two';

/** One `--input name=value` more. */
function oneInput(given: string, before: Readonly<Record<string, string>> | undefined) {
  const at = given.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('Write it as name=value.');
  return { ...before, [given.slice(0, at)]: given.slice(at + 1) };
}

function addRuns(program: Command, choose: Choose): void {
  program
    .command('run <id>')
    .description('run a runbook, or resume its unfinished run')
    .option('--auto', 'follow recommendations; end with 4 where an operator must decide')
    .addOption(new Option('--yes <risk>', 'confirm actions up to this risk').choices([...risks]))
    .option('--target <name>', 'the name that confirms a destructive action')
    .option('--input <name=value>', 'a value that the runbook asks for; may be repeated', oneInput)
    .option('--break-glass <reason>', 'why the limit on changes is passed')
    .option('--dry-run', 'go as far as the dialog, change nothing')
    .option('--wait <seconds>', WAIT_TWICE, seconds, WAIT_SECONDS)
    .action((id: string, o) =>
      choose({
        command: 'run',
        id,
        auto: o.auto === true,
        yes: o.yes ?? null,
        target: o.target ?? null,
        inputs: o.input ?? {},
        breakGlass: o.breakGlass ?? null,
        dryRun: o.dryRun === true,
        waitMs: o.wait * 1000,
      }),
    );
  program
    .command('diagnose [id]')
    .description('walk what only observes of a runbook, or of all that fit now')
    .option('--wait <seconds>', WAIT_TWICE, seconds, WAIT_SECONDS)
    .action((id: string | undefined, o) =>
      choose({ command: 'diagnose', id: id ?? null, waitMs: o.wait * 1000 }),
    );
}

function addRunbooks(program: Command, choose: Choose): void {
  const runbooks = program.command('runbooks').description('list, check and walk runbooks');
  runbooks
    .command('list')
    .description('all runbooks, with their leaves')
    .action(() => choose({ command: 'runbooks list' }));
  runbooks
    .command('show <id>')
    .description('what one runbook asks, does and needs')
    .action((id: string) => choose({ command: 'runbooks show', id }));
  runbooks
    .command('verify [ids...]')
    .description('hold runbooks against the live region, changing nothing')
    .option('--wait <seconds>', WAIT_TWICE, seconds, WAIT_SECONDS)
    .action((ids: string[], o) =>
      choose({ command: 'runbooks verify', ids, waitMs: o.wait * 1000 }),
    );
  runbooks
    .command('lint [paths...]')
    .description('what is wrong in runbook files, with place and mend')
    .action((paths: string[]) => choose({ command: 'runbooks lint', paths }));
  runbooks
    .command('walk <id>')
    .description('the dry run: every path and command, nothing done')
    .action((id: string) => choose({ command: 'runbooks walk', id }));
  runbooks
    .command('schema [which]')
    .description('the JSON Schema of runbook (default) or pack files')
    .action((which: string | undefined) =>
      choose({ command: 'runbooks schema', which: which === 'pack' ? 'pack' : 'runbook' }),
    );
}

function addDemo(program: Command, choose: Choose): void {
  program
    .command('demo')
    .description(
      'the console on a simulated region that keeps breaking; nothing of this host is touched',
    )
    .option('--seed <number>', 'repeats a run: the same number, the same region', wholeNumber, 1)
    .option('--screen-reader', 'the screen in lines for a screen reader, without frames', false)
    .action((o) =>
      choose({
        command: 'demo',
        system: program.opts()['system'] ?? 'falcon',
        seed: o.seed,
        screenReader: o.screenReader === true,
      }),
    );
}

function addDemoOperator(program: Command, choose: Choose): void {
  program
    .command('demo-operator', { hidden: true })
    .requiredOption('--drill <id>')
    .action((o) => choose({ command: 'demo-operator', drill: o.drill }));
}

function addRecords(program: Command, choose: Choose): void {
  const incidents = program.command('incidents').description('the incident record');
  incidents
    .command('list')
    .description('all incidents, newest first')
    .action(() => choose({ command: 'incidents list' }));
  incidents
    .command('show <id>')
    .description('the whole timeline of one incident')
    .action((id: string) => choose({ command: 'incidents show', id }));
  program
    .command('replay <incident>')
    .description(
      'play the record of an incident, or of a drill, into the panels; nothing can be done in it',
    )
    .option('--speed <number>', 'how many times as fast as it was', speed, SPEED)
    .option('--screen-reader', 'the screen in lines for a screen reader, without frames', false)
    .action((incident: string, o) =>
      choose({
        command: 'replay',
        incident,
        speed: o.speed,
        screenReader: o.screenReader === true,
      }),
    );
  program
    .command('schema [name]')
    .description('the JSON Schema of a command’s --json answer or of a file')
    .action((name: string | undefined) => choose({ command: 'schema', name: name ?? null }));
  program
    .command('runner', { hidden: true })
    .requiredOption('--intent <id>')
    .action((o) => choose({ command: 'runner', intent: o.intent }));
}

function addConfiguration(program: Command, choose: Choose): void {
  const config = program.command('config').description('the configuration and where it comes from');
  config
    .command('show')
    .description('every effective value with its origin; secrets stand by their reference')
    .action(() => choose({ command: 'config show' }));
  config
    .command('schema')
    .description('the JSON Schema of a configuration file')
    .action(() => choose({ command: 'config schema' }));
}

function addLooks(program: Command, choose: Choose): void {
  program
    .command('status')
    .description('what is alive and what is not')
    .option('--wait <seconds>', 'wait for the first answers', seconds, WAIT_SECONDS)
    .option('--rates', 'within that, wait for a second answer where a rate needs two')
    .action((o) => choose({ command: 'status', waitMs: o.wait * 1000, rates: o.rates === true }));
  program
    .command('check')
    .description('configuration and reachability, one line a source, with the mend')
    .option('--wait <seconds>', 'wait for the first answers', seconds, WAIT_SECONDS)
    .action((o) => choose({ command: 'check', waitMs: o.wait * 1000 }));
}

/** What to say of a word that stands where a command would. */
function noSuchCommand(program: Command): string {
  const names = program.commands.map((command) => command.name());
  const [given = ''] = program.args;
  const [near] = nearest(given, names);
  const meant = near === undefined ? '' : `; did you mean ${near}?`;
  return `error: there is no command ${sanitizeLine(given)}${meant}\nSee opsconsole --help\n`;
}

function define(version: string, choose: Choose): Command {
  const program = new Command('opsconsole')
    .description('The console of the engineer on call. Without a command it opens the screen.')
    .version(version)
    .option('--region <name>', 'the region of the configuration to open')
    .option('--system <name>', 'the pack to use, over the configuration’s')
    .option('--project <name>', 'the compose project to look at, over the configuration’s')
    .option('--config <file>', 'a configuration file over the usual ones')
    .option('--state <folder>', 'where the journal lies')
    .option('--packs <folder>', 'more packs')
    .option('--read-only', 'change nothing')
    .option('--json', 'answer in JSON')
    .enablePositionalOptions()
    .allowExcessArguments(false)
    .configureOutput({
      // The parser takes a misspelt command for an argument of the screen's.
      outputError: (text, write) =>
        write(
          text.startsWith('error: too many arguments. Expected 0') ? noSuchCommand(program) : text,
        ),
    })
    .exitOverride()
    .action((o, self: Command) => choose(screenOf(o, self)));
  addScreenOptions(program);
  addLooks(program, choose);
  addDemo(program, choose);
  addDemoOperator(program, choose);
  addDrills(program, choose);
  addConfiguration(program, choose);
  addRuns(program, choose);
  addRunbooks(program, choose);
  addRecords(program, choose);
  return program;
}

/** The commands as the program defines them, for the reference in docs/. */
export function commandTree(): Command {
  return define('', () => undefined);
}

/**
 * Reads the command line. Options of every command may stand before or after its name.
 * @throws UsageEnd when there is nothing to run
 */
export function parseArguments(argv: readonly string[], version: string): Parsed {
  let invocation: Invocation | null = null;
  const program = define(version, (chosen) => {
    invocation = chosen;
  });
  try {
    program.parse(hoisted(argv), { from: 'user' });
    const command = (invocation as Invocation | null)?.command;
    if (command !== undefined && !['console', 'once'].includes(command)) {
      refuseScreenOptions(program);
    }
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown;
    const asked = ['commander.helpDisplayed', 'commander.version', 'commander.help'];
    throw new UsageEnd(asked.includes(thrown.code) && thrown.exitCode === 0 ? 0 : 2);
  }
  if (invocation === null) throw new UsageEnd(2);
  const o = program.opts();
  const text = (name: string): string | null => o[name] ?? null;
  return {
    invocation,
    options: {
      region: text('region'),
      system: text('system'),
      project: text('project'),
      config: text('config'),
      state: text('state'),
      packs: text('packs'),
      readOnly: o['readOnly'] === true,
      json: o['json'] === true,
    },
  };
}

/** Moves the options of every command before the command's name, where the parser looks for them. */
function hoisted(argv: readonly string[]): string[] {
  const flags = ['--read-only', '--json'];
  const valued = ['--region', '--system', '--project', '--config', '--state', '--packs'];
  const front: string[] = [];
  const rest: string[] = [];
  for (let index = 0; index < argv.length; index += 1) {
    const word = argv[index] ?? '';
    const [name = ''] = word.split('=', 1);
    if (word === '--') {
      rest.push(...argv.slice(index));
      break;
    }
    if (flags.includes(word) || (valued.includes(name) && word.includes('='))) front.push(word);
    else if (valued.includes(word)) {
      front.push(word, ...argv.slice(index + 1, index + 2));
      index += 1;
    } else rest.push(word);
  }
  return [...front, ...rest];
}
