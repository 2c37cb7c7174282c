import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exitCodes } from '../src/commands/exit-codes.ts';
import type { Output } from '../src/commands/output.ts';
import type { Program } from '../src/composition/compose.ts';
import { stateDirectory } from '../src/composition/surroundings.ts';
import { ConfigError } from '../src/config/config-error.ts';
import { OperatorError } from '../src/domain/operator-error.ts';
import { sanitize } from '../src/domain/sanitize.ts';
import { type CommonOptions, type Invocation, parseArguments, UsageEnd } from './cli.ts';
import { surroundings } from './surroundings.ts';

const machine = surroundings();

function version(): string {
  const text = readFileSync(join(machine.packageRoot, 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** JSON leaves the C1 control characters raw, which some terminals obey. */
const escaped = (text: string) =>
  text.replace(/[\u007f-\u009f]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`);

function outputOf(json: boolean): Output {
  return {
    json,
    write: (text) => process.stdout.write(`${json ? escaped(text) : sanitize(text)}\n`),
    note: (text) => process.stderr.write(`${sanitize(text)}\n`),
  };
}

/**
 * A reader that went away interrupts the command, as it does any other filter: nothing says that what was
 * asked for is done. A terminal that went away is a hangup, which everything is closed in order after.
 */
function endOnClosedPipe(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EIO') process.kill(process.pid, 'SIGHUP');
      else process.exit(error.code === 'EPIPE' ? exitCodes.interrupted : exitCodes.unhealthy);
    });
  }
}

/** Waits until a slow reader has taken what was written: a pipe holds but a part of a long answer. */
function drained(stream: NodeJS.WriteStream): Promise<void> | undefined {
  // Its error has its turn first: it says that nobody read the answer.
  if (stream.errored !== null || stream.destroyed) {
    return new Promise((resolve) => void setImmediate(resolve));
  }
  if (stream.writableLength === 0) return undefined;
  return new Promise((resolve) => {
    stream.write('', () => resolve());
  });
}

async function inRegion(
  options: CommonOptions,
  work: (program: Program, signal: AbortSignal) => Promise<number> | number,
  given: { readonly runbook?: string | null; readonly anyRegion?: boolean } = {},
): Promise<number> {
  const { compose } = await import('../src/composition/compose.ts');
  const { openLog } = await import('../src/log/log.ts');
  const log = openLog(stateDirectory(machine, options));
  const program = await compose(machine, options, log, given);
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort(new Error('interrupted'));
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, interrupt);
  const aborted = new Promise<number>((resolve) =>
    interrupted.signal.addEventListener('abort', () => resolve(exitCodes.interrupted)),
  );
  try {
    const done = Promise.resolve(work(program, interrupted.signal));
    return await Promise.race([done, aborted]);
  } finally {
    await program.close();
  }
}

async function dispatch(invocation: Invocation, options: CommonOptions): Promise<number> {
  const output = outputOf(options.json);
  switch (invocation.command) {
    case 'console': {
      const { openConsole } = await import('./console.ts');
      return openConsole(machine, options, invocation);
    }
    case 'demo': {
      const { openDemo } = await import('./demo.ts');
      return openDemo(machine, options, invocation);
    }
    case 'once': {
      const { printOnce } = await import('./once.ts');
      const { openLog } = await import('../src/log/log.ts');
      const log = openLog(stateDirectory(machine, options));
      return printOnce(machine, options, log, output, invocation);
    }
    case 'status': {
      const { statusCommand } = await import('../src/commands/status.ts');
      return inRegion(options, (program) =>
        statusCommand(program, output, invocation.waitMs, invocation.rates),
      );
    }
    case 'config show': {
      const { readConfiguration } = await import('../src/composition/plan.ts');
      const { configShowCommand } = await import('../src/commands/config.ts');
      return configShowCommand(await readConfiguration(machine, options), output);
    }
    case 'config schema': {
      const { configSchemaCommand } = await import('../src/commands/config.ts');
      return configSchemaCommand(output);
    }
    case 'check': {
      const { checkCommand } = await import('../src/commands/check.ts');
      return inRegion(options, (program) => checkCommand(program, output, invocation.waitMs));
    }
    case 'diagnose': {
      const { diagnoseCommand } = await import('../src/commands/diagnose.ts');
      const { id, waitMs } = invocation;
      return inRegion(options, (program) => diagnoseCommand(program, output, id, waitMs), {
        runbook: id,
      });
    }
    case 'run': {
      const { runCommand } = await import('../src/commands/run.ts');
      return inRegion(
        options,
        (program, signal) =>
          runCommand(program, output, invocation.id, invocation, machine.newId, signal),
        { runbook: invocation.id },
      );
    }
    case 'runner': {
      const { runnerCommand } = await import('../src/commands/runner.ts');
      return inRegion(options, (program) => runnerCommand(program, invocation.intent));
    }
    case 'incidents list':
    case 'incidents show': {
      const incidents = await import('../src/commands/incidents.ts');
      // The journal holds those of every region.
      return inRegion(
        options,
        (program) =>
          invocation.command === 'incidents list'
            ? incidents.incidentsListCommand(program, output)
            : incidents.incidentsShowCommand(program, output, invocation.id),
        { anyRegion: true },
      );
    }
    case 'replay': {
      const { replay } = await import('./replay.ts');
      return replay(machine, options, output, invocation);
    }
    case 'demo-operator': {
      const { demoOperator } = await import('./demo-operator.ts');
      return demoOperator(machine, options, output, invocation.drill);
    }
    case 'drill-runner': {
      const { standBy } = await import('./drill-runner.ts');
      return standBy(machine, options);
    }
    case 'drill-worker': {
      const { performDrills } = await import('./drill-worker.ts');
      return performDrills(machine, options);
    }
    case 'drill list':
    case 'drill history':
    case 'drill run': {
      const { drillCommand } = await import('./drill.ts');
      return drillCommand(machine, options, output, invocation);
    }
    case 'schema': {
      const { schemaCommand } = await import('../src/commands/schema.ts');
      return schemaCommand(output, invocation.name);
    }
    default:
      return aboutRunbooks(invocation, options, output);
  }
}

async function aboutRunbooks(
  invocation: Extract<Invocation, { command: `runbooks ${string}` }>,
  options: CommonOptions,
  output: Output,
): Promise<number> {
  const runbooks = await import('../src/commands/runbooks.ts');
  if (invocation.command === 'runbooks schema') {
    return runbooks.runbooksSchemaCommand(output, invocation.which);
  }
  if (invocation.command === 'runbooks verify') {
    const { runbooksVerifyCommand } = await import('../src/commands/runbooks-verify.ts');
    const { ids, waitMs } = invocation;
    return inRegion(options, (program) => runbooksVerifyCommand(program, output, ids, waitMs), {
      runbook: ids[0] ?? null,
    });
  }
  const { composeLibrary } = await import('../src/composition/compose.ts');
  const library = composeLibrary(machine, options);
  switch (invocation.command) {
    case 'runbooks list':
      return runbooks.runbooksListCommand(library, output);
    case 'runbooks show': {
      const { runbooksShowCommand } = await import('../src/commands/runbooks-show.ts');
      return runbooksShowCommand(library, output, invocation.id);
    }
    case 'runbooks lint':
      return runbooks.runbooksLintCommand(library, output, invocation.paths);
    case 'runbooks walk':
      return runbooks.runbooksWalkCommand(library, output, invocation.id);
  }
}

async function main(): Promise<number> {
  endOnClosedPipe();
  try {
    const { invocation, options } = parseArguments(process.argv.slice(2), version());
    return await dispatch(invocation, options);
  } catch (thrown) {
    if (thrown instanceof UsageEnd) return thrown.exitCode;
    const note = (text: string) => process.stderr.write(`opsconsole: ${sanitize(text)}\n`);
    if (thrown instanceof ConfigError) {
      note(thrown.message);
      return exitCodes.usage;
    }
    if (thrown instanceof OperatorError) {
      note([thrown.message, thrown.mend].filter(Boolean).join('; '));
      return exitCodes.unreachable;
    }
    throw thrown;
  }
}

// The program's own timers never hold the process, so that nothing outlives its command; this one holds
// it while the command waits for nothing but them.
setInterval(() => undefined, 60_000);
const code = await main();
await Promise.all([process.stdout, process.stderr].map(drained));
process.exit(code);
