import type { Program } from '../composition/compose.ts';
import { openRun } from '../composition/opener.ts';
import { atMost, type Risk } from '../domain/risk.ts';
import type { Refusal, RunController } from '../engine/controller.ts';
import type { RunState } from '../engine/state.ts';
import { describe } from '../incidents/timeline.ts';
import { dryRun } from './dry-run.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { eventRow } from './incidents.ts';
import { lostEngine } from './lost-engine.ts';
import type { Output } from './output.ts';

export interface RunOptions {
  readonly auto: boolean;
  /** Confirms actions up to this risk; null confirms none. */
  readonly yes: Risk | null;
  /** The name that confirms a destructive action. */
  readonly target: string | null;
  readonly dryRun: boolean;
  readonly waitMs: number;
}

/** How a run came to its end here. */
type Ending = { readonly kind: 'finished' } | { readonly kind: 'refused'; readonly why: Refusal };

const refused = (why: string, mend: string | null = null): Ending => ({
  kind: 'refused',
  why: { refused: why, mend },
});

async function act(controller: RunController, options: RunOptions): Promise<Ending | null> {
  const plan = await controller.plan();
  if ('refused' in plan) return { kind: 'refused', why: plan };
  if (options.yes === null || !atMost(plan.risk, options.yes)) {
    const mend = `confirm it with --yes ${plan.risk}${plan.typedName === null ? '' : ` --target ${plan.typedName}`}`;
    return refused(`${plan.title} is ${plan.risk} and was not confirmed: ${plan.command}`, mend);
  }
  const typed = plan.typedName === null ? undefined : (options.target ?? '');
  const why = await controller.confirm(plan, typed);
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
      if (!options.auto || !state.path.at(-1)?.recommended) {
        const why = `An operator must decide: ${node?.title ?? state.current}`;
        return refused(why, 'open the console to decide');
      }
      break;
    default:
      return null;
  }
  const why = await controller.proceed(undefined, 'recommendation');
  return why ? { kind: 'refused', why } : null;
}

/** Drives the run until it ends or needs someone. */
function drive(
  controller: RunController,
  options: RunOptions,
  signal: AbortSignal,
): Promise<Ending> {
  return new Promise((resolve, reject) => {
    let stepping = false;
    let seen = -1;
    const step = async () => {
      const state = controller.state();
      if (stepping || state.seq === seen) return;
      const other = controller.follower();
      if (other)
        return end(refused(`${other.holder} drives this run`, 'follow it with incidents show'));
      stepping = true;
      seen = state.seq;
      const ending = await advance(controller, state, options);
      stepping = false;
      if (ending) end(ending);
      else if (controller.state().seq !== seen) void step().catch(reject);
    };
    const unsubscribe = controller.subscribe(() => void step().catch(reject));
    const end = (ending: Ending) => {
      unsubscribe();
      resolve(ending);
    };
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    void step().catch(reject);
  });
}

function codeOf(ending: Ending, state: RunState): ExitCode {
  if (ending.kind === 'refused') return exitCodes.refused;
  return state.outcome === 'resolved' && state.verified !== false
    ? exitCodes.done
    : exitCodes.unhealthy;
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
  await program.look('all', options.waitMs);
  const runbook = program.pack?.runbooks.find((candidate) => candidate.id === id);
  const lost = runbook ? lostEngine(program) : null;
  if (lost !== null) {
    output.note(lost);
    return exitCodes.unreachable;
  }
  if (options.dryRun && runbook) return dryRun(program, output, runbook);
  const controller = openRun(program, newId, id);
  if ('refused' in controller) {
    output.note([controller.refused, controller.mend].filter(Boolean).join('; '));
    return runbook ? exitCodes.refused : exitCodes.usage;
  }
  let told = 0;
  const tell = () => {
    const { incident } = controller.state();
    for (const e of program.context.journal.events({ incident, after: told })) {
      told = e.seq;
      const line = `${new Date(e.at).toISOString()}  ${describe(e)}`;
      output.write(output.json ? JSON.stringify(eventRow(e)) : line);
    }
  };
  const unsubscribe = controller.subscribe(tell);
  try {
    const ending = await drive(controller, options, signal);
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
