import type { StopOutcome } from '../keymap/commands.ts';
import type { Core } from './core.ts';
import { ask, patchRun } from './run-ask.ts';
import { type ConfirmCommands, createConfirmCommands, REASON_LENGTH_MIN } from './run-confirm.ts';
import { messageOf } from './run-context.ts';
import { tick } from './run-desk.ts';
import { createFormCommands, type FormCommands } from './run-forms.ts';
import { kindWords, nodeOf, triesAgain, turnsFrom } from './run-turns.ts';
import type { ListItem, ReaderOverlay, RunView, TextOverlay } from './session.ts';

/** The commands of the wizard, each on the run that is on the screen. */
export interface RunCommands extends Omit<ConfirmCommands, 'plan'> {
  readonly forms: FormCommands;
  act(): void;
  preview(): void;
  read(content: ReaderOverlay['content']): void;
  otherBranch(): void;
  way(place: number): void;
  askJump(): void;
  jump(to: string): void;
  skip(): void;
  stepBack(): void;
  note(): void;
  tick(): void;
  copyMessage(): void;
  takeOver(): void;
  askEscalate(): void;
  askStop(): void;
  submit(overlay: TextOverlay): void;
  branch(to: string): void;
  stop(outcome: StopOutcome): void;
  escalate(): void;
}

const item = (value: string, label: string, detail: string): ListItem => ({
  value,
  label,
  detail,
  quick: null,
});

const stopItems: readonly ListItem[] = [
  item('stopped', 'Stopped', 'the run ends here; the incident stays open'),
  item('watching', 'Watching', 'nothing more to do now; keep an eye on it'),
  item('handed-over', 'Handed over', 'someone else goes on, outside this console'),
];

const escalateItems: readonly ListItem[] = [
  item('stay', 'Stay', 'go on with this run'),
  item('escalate', 'Escalate', 'end this run and hand the incident up the chain'),
];

function askEscalate(core: Core): void {
  const title = 'Escalate this incident?';
  core.push({ kind: 'list', purpose: 'escalate', title, items: escalateItems });
}

const takeOver = (core: Core) => ask(core, 'taking over', (controller) => controller.takeOver());

/** Enter: what the step waits for. */
function act(core: Core, confirming: ConfirmCommands, forms: FormCommands): void {
  const { run } = core.session.getState();
  if (run === null) return;
  const { phase } = run.state;
  const node = nodeOf(run);
  const atLeaf = phase === 'leaf' || phase === 'stuck';
  const again = phase !== 'stuck' || triesAgain(run);
  const sends = node?.kind === 'notify' && messageOf(run)?.state === 'drafted';
  if (run.holder !== null && run.state.handedTo !== null) takeOver(core);
  else if (phase === 'input') forms.values();
  else if (atLeaf && node?.kind === 'do' && again) confirming.plan(run);
  else if (phase === 'deciding' && sends) confirming.plan(run);
  else if (phase === 'leaf' && node?.kind === 'escalate') askEscalate(core);
  else ask(core, 'going on', (controller) => controller.proceed());
}

/** A message's plan is read when it is asked for: few look at it. */
function preview(core: Core): void {
  const { run } = core.session.getState();
  core.push({ kind: 'reader', content: 'preview', scopes: ['wizard'], scroll: 0 });
  if (run === null || run.preview?.node === run.state.current) return;
  const node = run.state.current;
  core.task('The action could not be previewed', async () => {
    const plan = await run.controller.plan();
    patchRun(core, run.controller, (now) =>
      now.state.current === node ? { preview: { node, plan } } : {},
    );
  });
}

function otherBranch(core: Core): void {
  const { run } = core.session.getState();
  if (run === null) return;
  const { nodes } = run.controller.runbook;
  const items = turnsFrom(run).map(({ to, because }) =>
    item(to, nodes.get(to)?.title ?? to, because),
  );
  core.push({ kind: 'list', purpose: 'branches', title: 'Take another branch', items });
}

/** Every step and leaf but the one at hand, those of the path first. */
function jumpItems({ controller, state }: RunView): readonly ListItem[] {
  const walked = new Set(state.path.map(({ step }) => step));
  const all = [...controller.runbook.nodes.values()].filter(
    ({ id, kind }) => id !== state.current && kind !== 'call',
  );
  const first = all.filter(({ id }) => walked.has(id));
  const rest = all.filter(({ id }) => !walked.has(id));
  return [...first, ...rest].map((node) =>
    item(node.id, node.title, `${kindWords(node)}${walked.has(node.id) ? ', walked' : ''}`),
  );
}

function askJump(core: Core): void {
  const { run } = core.session.getState();
  if (run === null) return;
  const items = jumpItems(run);
  const title = 'Jump to a step; nothing is done there unasked';
  core.push({ kind: 'pick', purpose: 'jump', title, items, text: '', typing: false, chosen: 0 });
}

function copyMessage(core: Core): void {
  const { run } = core.session.getState();
  const message = run === null ? null : messageOf(run);
  if (run === null || message === null) return;
  if (core.copy(message.text, 'the message'))
    ask(core, 'writing', (controller) => controller.copied());
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
  const { plan, ...confirming } = createConfirmCommands(core);
  const forms = createFormCommands(core);
  const field = (purpose: TextOverlay['purpose'], title: string) =>
    core.push({ kind: 'text', purpose, title, text: '', problem: null });
  const branch = (to: string) => ask(core, 'turning', (controller) => controller.proceed(to));
  return {
    ...confirming,
    forms,
    act: () => act(core, { plan, ...confirming }, forms),
    preview: () => preview(core),
    read: (content) =>
      core.push({
        kind: 'reader',
        content,
        scopes: ['wizard'],
        scroll: content === 'output' ? Number.MAX_SAFE_INTEGER : 0,
      }),
    otherBranch: () => otherBranch(core),
    way(place) {
      const { run } = core.session.getState();
      const way = run === null ? undefined : turnsFrom(run)[place];
      if (way !== undefined) branch(way.to);
    },
    askJump: () => askJump(core),
    jump: (to) => ask(core, 'jumping', (controller) => controller.jump(to)),
    skip: () => field('skip', 'Why is this step skipped?'),
    stepBack: () => ask(core, 'going back', (controller) => controller.back()),
    note: () => field('note', 'Note for the record'),
    tick: () => tick(core),
    copyMessage: () => copyMessage(core),
    takeOver: () => takeOver(core),
    askEscalate: () => askEscalate(core),
    askStop() {
      const title = 'How does this run end?';
      core.push({ kind: 'list', purpose: 'stop', title, items: stopItems });
    },
    submit: (overlay) => submit(core, overlay),
    branch,
    stop: (outcome) => ask(core, 'ending the run', (controller) => controller.stop(outcome)),
    escalate: () => ask(core, 'escalating', (controller) => controller.escalate()),
  };
}
