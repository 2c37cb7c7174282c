import type { Plan, Refusal, RunController } from '../engine/controller.ts';
import type { StopOutcome } from '../keymap/commands.ts';
import { triesAgain, turnsFrom } from './context.ts';
import type { Core } from './core.ts';
import type { ConfirmOverlay, ListItem, RunView, TextOverlay } from './session.ts';
import { isRefusal } from './session.ts';

/** A reason shorter than this tells the reader of the record nothing. */
const REASON_LENGTH_MIN = 3;

function refuse(core: Core, refusal: Refusal): void {
  core.message({
    tone: 'bad',
    title: 'Not done',
    text: refusal.refused,
    mend: refusal.mend,
  });
}

/** The commands of the wizard, each on the run that is on the screen. */
export interface RunCommands {
  act(): void;
  preview(): void;
  evidence(): void;
  otherBranch(): void;
  skip(): void;
  stepBack(): void;
  note(): void;
  undo(): void;
  askEscalate(): void;
  askStop(): void;
  confirm(overlay: ConfirmOverlay): void;
  confirmTyped(overlay: ConfirmOverlay): void;
  submit(overlay: TextOverlay): void;
  branch(to: string): void;
  stop(outcome: StopOutcome): void;
  escalate(): void;
}

const stopItems: readonly ListItem[] = [
  {
    value: 'stopped',
    label: 'Stopped',
    detail: 'the run ends here; the incident stays open',
    quick: null,
  },
  {
    value: 'watching',
    label: 'Watching',
    detail: 'nothing more to do now; keep an eye on it',
    quick: null,
  },
  { value: 'handed-over', label: 'Handed over', detail: 'someone else goes on', quick: null },
];

const escalateItems: readonly ListItem[] = [
  { value: 'stay', label: 'Stay', detail: 'go on with this run', quick: null },
  {
    value: 'escalate',
    label: 'Escalate',
    detail: 'end this run and hand the incident up the chain',
    quick: null,
  },
];

/** Runs one request on the run, saying meanwhile what is awaited; a refusal becomes a message. */
function ask(core: Core, words: string, request: (c: RunController) => Promise<Refusal | null>) {
  const { run } = core.session.getState();
  if (run === null) return;
  const { controller } = run;
  const working = (text: string | null) =>
    core.session.setState((state) =>
      state.run?.controller === controller ? { run: { ...state.run, working: text } } : {},
    );
  core.task('That could not be done', async () => {
    working(words);
    try {
      const refusal = await request(controller);
      if (refusal !== null) refuse(core, refusal);
    } finally {
      working(null);
    }
  });
}

/** Identity of everything a plan would touch, to see whether it is still what was shown. */
function targetsOf(plan: Plan): string {
  return JSON.stringify([plan.command, plan.targets.map((target) => target.identity)]);
}

function shownPlan(run: RunView): Plan | null {
  const { preview } = run;
  if (preview === null || preview.node !== run.state.current) return null;
  return isRefusal(preview.plan) ? null : preview.plan;
}

function showPlan(core: Core, plan: Plan): void {
  core.push({ kind: 'confirm', plan, typed: '', working: false, refused: null, problem: null });
}

/** Freezes the targets anew, then asks as the risk demands: Enter is enough only for what is reversible. */
function planAndConfirm(core: Core, run: RunView): void {
  ask(core, 'reading the targets', async (controller) => {
    const plan = await controller.plan();
    if (isRefusal(plan)) return plan;
    const now = core.session.getState().run;
    if (now?.controller !== controller || now.state.current !== run.state.current) return null;
    core.session.setState({ run: { ...now, preview: { node: plan.leaf, plan } } });
    const shown = shownPlan(run);
    const seen = shown !== null && targetsOf(shown) === targetsOf(plan);
    if (plan.risk === 'reversible' && seen) return controller.confirm(plan);
    showPlan(core, plan);
    return null;
  });
}

function confirmPlan(core: Core, overlay: ConfirmOverlay, typed?: string): void {
  const { run } = core.session.getState();
  if (run === null || overlay.working) return;
  core.patch(overlay.id, { working: true, problem: null });
  core.task('The action could not be begun', async () => {
    try {
      const refused =
        typed === undefined
          ? await run.controller.confirm(overlay.plan)
          : await run.controller.confirm(overlay.plan, typed);
      if (refused === null) core.drop(overlay.id);
      else core.patch(overlay.id, { working: false, refused });
    } catch (thrown) {
      core.drop(overlay.id);
      throw thrown;
    }
  });
}

function act(core: Core): void {
  const { run } = core.session.getState();
  if (run === null) return;
  const node = run.controller.runbook.nodes.get(run.state.current);
  const atLeaf = run.state.phase === 'leaf' || run.state.phase === 'stuck';
  const again = run.state.phase !== 'stuck' || triesAgain(run);
  if (atLeaf && node?.kind === 'do' && again) planAndConfirm(core, run);
  else if (run.state.phase === 'leaf' && node?.kind === 'escalate') askEscalate(core);
  else ask(core, 'going on', (controller) => controller.proceed());
}

function askEscalate(core: Core): void {
  core.push({
    kind: 'list',
    purpose: 'escalate',
    title: 'Escalate this incident?',
    items: escalateItems,
  });
}

function otherBranch(core: Core): void {
  const { run } = core.session.getState();
  if (run === null) return;
  const { nodes } = run.controller.runbook;
  const items = turnsFrom(run).map((turn) => ({
    value: turn.to,
    label: nodes.get(turn.to)?.title ?? turn.to,
    detail: turn.because,
    quick: null,
  }));
  core.push({ kind: 'list', purpose: 'branches', title: 'Take another branch', items });
}

function submit(core: Core, overlay: TextOverlay): void {
  const text = overlay.text.trim();
  if (text.length < REASON_LENGTH_MIN) {
    core.patch(overlay.id, { problem: 'A few words, for the one who reads the record' });
    return;
  }
  core.drop(overlay.id);
  ask(core, 'writing', (controller) =>
    overlay.purpose === 'skip' ? controller.skip(text) : controller.note(text),
  );
}

/** Binds the wizard's commands to a dispatcher core. */
export function createRunCommands(core: Core): RunCommands {
  const field = (purpose: TextOverlay['purpose'], title: string) =>
    core.push({ kind: 'text', purpose, title, text: '', problem: null });
  return {
    act: () => act(core),
    preview: () => core.push({ kind: 'reader', content: 'preview', scopes: ['wizard'], scroll: 0 }),
    evidence: () =>
      core.push({ kind: 'reader', content: 'evidence', scopes: ['wizard'], scroll: 0 }),
    otherBranch: () => otherBranch(core),
    skip: () => field('skip', 'Why is this step skipped?'),
    stepBack: () => ask(core, 'going back', (controller) => controller.back()),
    note: () => field('note', 'Note for the record'),
    undo: () =>
      ask(core, 'reading what the undo would touch', async (controller) => {
        const plan = await controller.planUndo();
        if (isRefusal(plan)) return plan;
        showPlan(core, plan);
        return null;
      }),
    askEscalate: () => askEscalate(core),
    askStop: () =>
      core.push({
        kind: 'list',
        purpose: 'stop',
        title: 'How does this run end?',
        items: stopItems,
      }),
    confirm: (overlay) => confirmPlan(core, overlay),
    confirmTyped(overlay) {
      const name = overlay.plan.typedName ?? '';
      if (overlay.typed === name) confirmPlan(core, overlay, overlay.typed);
      else core.patch(overlay.id, { problem: `Type ${name} exactly, then Enter` });
    },
    submit: (overlay) => submit(core, overlay),
    branch: (to) => ask(core, 'turning', (controller) => controller.proceed(to)),
    stop: (outcome) => ask(core, 'ending the run', (controller) => controller.stop(outcome)),
    escalate: () => ask(core, 'escalating', (controller) => controller.escalate()),
  };
}
