import type { Program } from '../composition/compose.ts';
import { openRun } from '../composition/opener.ts';
import { atMost, type Risk } from '../domain/risk.ts';
import { shellWord } from '../domain/shell-word.ts';
import type { RunController } from '../engine/controller.ts';
import { refusedInput, specsOf } from '../engine/inputs.ts';
import type { RunState } from '../engine/state.ts';
import { describe } from '../incidents/timeline.ts';
import type { Runbook } from '../runbooks/graph.ts';
import { driveRun, type Ending, refused } from './drive-run.ts';
import { dryRun } from './dry-run.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { eventRow } from './incidents.ts';
import { lostEngine } from './lost-engine.ts';
import type { Output } from './output.ts';
import { lookWithRates } from './second-answers.ts';

export interface RunOptions {
  readonly auto: boolean;
  /** Confirms actions up to this risk; null confirms none. */
  readonly yes: Risk | null;
  /** The name that confirms a destructive action. */
  readonly target: string | null;
  /** Values for the inputs of the runbook and its steps, by id. */
  readonly inputs?: Readonly<Record<string, string>>;
  /** Why the limit on changes is passed; null refuses what would pass it. */
  readonly breakGlass?: string | null;
  readonly dryRun: boolean;
  readonly waitMs: number;
}

async function act(controller: RunController, options: RunOptions): Promise<Ending | null> {
  const plan = await controller.plan();
  if ('refused' in plan) return { kind: 'refused', why: plan };
  if (options.yes === null || !atMost(plan.risk, options.yes)) {
    const mend = `confirm it with --yes ${plan.risk}${plan.typedName === null ? '' : ` --target ${shellWord(plan.typedName)}`}`;
    return refused(`${plan.title} is ${plan.risk} and was not confirmed: ${plan.command}`, mend);
  }
  const typed = plan.typedName === null ? undefined : (options.target ?? '');
  const why = await controller.confirm(plan, typed, options.breakGlass ?? undefined);
  if (why === null) return null;
  const mend = plan.overLimit?.breakGlass && !options.breakGlass ? '--break-glass REASON' : null;
  return { kind: 'refused', why: mend === null ? why : { ...why, mend } };
}

/** Gives what is asked for here, from the options, else as the runbook presets it. */
async function give(controller: RunController, options: RunOptions): Promise<Ending | null> {
  const wanted = controller.inputs().filter(({ given }) => !given);
  const values = wanted.map(({ spec, text }) => [spec.id, options.inputs?.[spec.id] ?? text]);
  const missing = values.flatMap(([id, text]) => (text === null ? [`--input ${id}=…`] : []));
  if (missing.length > 0) {
    const why = `The run stands at ${controller.state().current}, which asks for input`;
    return refused(why, `give ${missing.join(' ')}`);
  }
  const why = await controller.give(Object.fromEntries(values));
  return why ? { kind: 'refused', why } : null;
}

/** Sends the message of a step where that is confirmed; null when it is out, or on its way. */
async function send(controller: RunController, options: RunOptions): Promise<Ending | null> {
  const { current, messages, acts } = controller.state();
  const draft = messages.findLast(({ step }) => step === current);
  const tried = acts.findLast(({ leaf }) => leaf === current);
  if (tried && tried.state !== 'done') {
    return refused(`The message was not sent: ${tried.message ?? tried.state}`, 'send it by hand');
  }
  return draft?.state === 'drafted' ? act(controller, options) : null;
}

/** Decides a step in its operator's place, where its options let it; null when it goes on. */
async function decideFor(
  controller: RunController,
  state: RunState,
  options: RunOptions,
): Promise<Ending | null> {
  const node = controller.runbook.nodes.get(state.current);
  const known = options.auto ? state.path.at(-1)?.recommended : null;
  // What people do, nobody here can say is done; and a turn that rests on less is theirs to take.
  if (!known?.sure || node?.kind === 'checklist') {
    const why = `An operator must decide: ${node?.title ?? state.current}`;
    return refused(why, 'open the console to decide');
  }
  if (node?.kind !== 'notify') return goOn(controller);
  const sent = await send(controller, options);
  const out = controller.state().messages.some((m) => m.step === node.id && m.state === 'sent');
  return sent ?? (out ? goOn(controller) : null);
}

async function goOn(controller: RunController): Promise<Ending | null> {
  const why = await controller.proceed(undefined, 'recommendation');
  return why ? { kind: 'refused', why } : null;
}

/** What the run needs from its operator now, given by the options; null when it goes on by itself. */
async function advance(
  controller: RunController,
  state: RunState,
  options: RunOptions,
): Promise<Ending | null> {
  const node = controller.runbook.nodes.get(state.current);
  switch (state.phase) {
    case 'finished':
      return { kind: 'finished' };
    case 'leaf':
      if (node?.kind === 'do') return act(controller, options);
      // It ends by itself.
      if (node?.kind === 'end') return null;
      if (!options.auto) return refused(`The run stands at ${state.current}`, 'go on with --auto');
      break;
    case 'stuck': {
      const last = state.acts.at(-1);
      if (last && last.state !== 'done') {
        return refused(
          `${last.command}: ${last.state}, ${last.message ?? ''}`,
          'open the console to decide',
        );
      }
      if (!options.auto) return refused('The verification failed', 'open the console to decide');
      break;
    }
    case 'deciding':
      return decideFor(controller, state, options);
    case 'input':
      return give(controller, options);
    default:
      return null;
  }
  return goOn(controller);
}

function codeOf(ending: Ending, state: RunState): ExitCode {
  if (ending.kind === 'refused') return exitCodes.refused;
  return state.outcome === 'resolved' && state.verified !== false
    ? exitCodes.done
    : exitCodes.unhealthy;
}

/** Why the given inputs cannot be those of this runbook; null when they can. */
function wrongInputs(runbook: Runbook, given: Readonly<Record<string, string>>): string | null {
  const wrong = refusedInput([...specsOf(runbook).values()], given);
  if (wrong === null) return null;
  return `--input ${wrong.input}: ${[wrong.refused, wrong.mend].filter(Boolean).join('; ')}`;
}

/** Writes the journal's events of an incident as they come. */
function teller({ context }: Program, output: Output, incident: () => string): () => void {
  let told = 0;
  return () => {
    for (const e of context.journal.events({ incident: incident(), after: told })) {
      told = e.seq;
      const line = `${new Date(e.at).toISOString()}  ${describe(e)}`;
      output.write(output.json ? JSON.stringify(eventRow(e)) : line);
    }
  };
}

/** Follows an open run to its end here, telling what happens. */
async function follow(
  program: Program,
  output: Output,
  controller: RunController,
  options: RunOptions,
  signal: AbortSignal,
): Promise<ExitCode> {
  const tell = teller(program, output, () => controller.state().incident);
  const unsubscribe = controller.subscribe(tell);
  try {
    const ending = await driveRun(
      controller,
      (state) => advance(controller, state, options),
      signal,
    );
    tell();
    const state = controller.state();
    if (ending.kind === 'refused')
      output.note([ending.why.refused, ending.why.mend].filter(Boolean).join('; '));
    const outcome = ending.kind === 'finished' ? state.outcome : ending.kind;
    const last = { event: 'finished', outcome, leaf: state.current, verified: state.verified };
    if (output.json) output.write(JSON.stringify(last));
    return codeOf(ending, state);
  } finally {
    unsubscribe();
    controller.close();
  }
}

/**
 * `run ID`: opens the runbook, or resumes its unfinished run, and follows its recommendations. Prints
 * the journal's events as they happen, last `finished`.
 */
export async function runCommand(
  program: Program,
  output: Output,
  id: string,
  options: RunOptions,
  newId: () => string,
  signal: AbortSignal,
): Promise<ExitCode> {
  const named = () => program.pack?.runbooks.find((candidate) => candidate.id === id);
  await lookWithRates(program, options.waitMs, () => named() !== undefined);
  const runbook = named();
  const wrong = runbook ? wrongInputs(runbook, options.inputs ?? {}) : null;
  if (wrong !== null) {
    output.note(wrong);
    return exitCodes.usage;
  }
  const lost = runbook ? lostEngine(program) : null;
  if (lost !== null) {
    output.note(lost);
    return exitCodes.unreachable;
  }
  if (options.dryRun && runbook) return dryRun(program, output, runbook, options.inputs);
  const controller = openRun(program, newId, id);
  if ('refused' in controller) {
    output.note([controller.refused, controller.mend].filter(Boolean).join('; '));
    return runbook ? exitCodes.refused : exitCodes.usage;
  }
  return follow(program, output, controller, options, signal);
}
