import type { Timer } from '../domain/clock.ts';
import type { Command } from '../keymap/commands.ts';
import type { InputEvent, KeyPress } from '../keymap/keys.ts';
import { resolve } from '../keymap/resolve.ts';
import { confirmStage, keyContext, nextRun, scopesOf } from './context.ts';
import type { Core } from './core.ts';
import { createDialogs, type Dialogs, isGuarded } from './dialogs.ts';
import { createLogScreen, type LogScreen } from './log-screen.ts';
import * as navigate from './navigate.ts';
import { createPaletteCommands, type PaletteCommands } from './palette-commands.ts';
import { createRunCommands, type RunCommands } from './run-commands.ts';
import { createRunOpener, type RunOpener } from './run-opener.ts';
import { logTargets } from './selection.ts';
import { isTooSmall, topOverlay } from './session.ts';
import { createTableCommands, type TableCommands } from './table-commands.ts';
import { editText, paste } from './text.ts';

/** Within this time a second Ctrl-C leaves. */
const INTERRUPT_AGAIN_MS = 2000;

export interface Dispatcher {
  dispatch(command: Command): void;
  key(event: InputEvent): void;
  choose(value: string): void;
  measure(scrollMax: number): void;
  close(): void;
}

interface Parts {
  readonly runs: RunOpener;
  readonly commands: RunCommands;
  readonly dialogs: Dialogs;
  readonly table: TableCommands;
  readonly logs: LogScreen;
  readonly palette: PaletteCommands;
  readonly interrupt: () => void;
  readonly scrollMax: () => number;
}

type Handlers = {
  readonly [T in Command['type']]: (command: Extract<Command, { type: T }>) => void;
};

function createHandlers(core: Core, parts: Parts): Handlers {
  const { runs, commands, dialogs, table, logs, palette } = parts;
  return {
    interrupt: parts.interrupt,
    leave: () => navigate.leave(core),
    back: () =>
      navigate.back(core, (screen) => {
        if (screen === 'wizard') runs.left();
        if (screen === 'logs') logs.left();
      }),
    help: () => navigate.openHelp(core),
    freeze: () => navigate.toggleFreeze(core),
    'replay-toggle': () => core.ports.replay?.toggle(),
    'replay-step': ({ by }) => navigate.stepReplay(core, by),
    'replay-pace': ({ by }) => core.ports.replay?.pace(by),
    focus: ({ panel }) => navigate.focusPanel(core, panel),
    redraw: () => core.session.setState(({ redraws }) => ({ redraws: redraws + 1 })),
    palette: palette.open,
    'palette-move': ({ step }) => palette.move(step),
    'palette-complete': palette.complete,
    'next-panel': ({ step }) => navigate.nextPanel(core, step),
    open: table.open,
    details: table.details,
    region: ({ name }) => navigate.goTo(core, name),
    sort: ({ step }) => table.sort(step),
    reverse: table.reverse,
    columns: table.columns,
    mark: table.mark,
    'clear-marks': table.clearMarks,
    copy: () => (core.session.getState().screen === 'logs' ? logs.copy() : table.copy()),
    logs() {
      const targets = logTargets(core.ports, core.session.getState());
      if ('ids' in targets) logs.open(targets.ids);
    },
    log: logs.handle,
    filter: () => navigate.openFilter(core),
    move(command) {
      const { screen, overlays } = core.session.getState();
      if (screen === 'logs' && overlays.length === 0) logs.move(command);
      else navigate.move(core, command, parts.scrollMax());
    },
    recommended() {
      const next = nextRun(core.ports.board.getState());
      if (next !== null) runs.open(next.runbook);
    },
    picker: dialogs.openPicker,
    offers: dialogs.openOffers,
    rot: () => commands.read('rot'),
    timeline: () => navigate.openTimeline(core),
    act: commands.act,
    preview: commands.preview,
    evidence: () => commands.read('evidence'),
    output: () => commands.read('output'),
    way: ({ place }) => commands.way(place),
    jump: commands.askJump,
    values: commands.forms.values,
    tick: commands.tick,
    'copy-message': commands.copyMessage,
    'hand-over': commands.forms.handOver,
    'take-over': commands.takeOver,
    'other-branch': commands.otherBranch,
    skip: commands.skip,
    'step-back': commands.stepBack,
    note: commands.note,
    undo: commands.undo,
    escalate: commands.askEscalate,
    stop: commands.askStop,
    confirm: () => dialogs.confirm('key'),
    'confirm-typed': () => dialogs.confirm('name'),
    'confirm-reason': () => dialogs.confirm('reason'),
    'pick-move': ({ step }) => {
      dialogs.pick.move(step);
      commands.forms.move(step);
    },
    'form-back': commands.forms.back,
    submit: dialogs.submit,
    close: dialogs.close,
    quick: ({ key }) => dialogs.quick(key),
  };
}

/** The first Ctrl-C says that a second one leaves. */
function createInterrupt(core: Core): { press(): void; close(): void } {
  let waiting: Timer | null = null;
  return {
    press() {
      if (waiting !== null) {
        core.session.setState({ leaving: true });
        return;
      }
      const ends =
        core.ports.fleeting !== undefined ? 'the region ends with it' : 'a run stays where it is';
      core.toast(`Ctrl-C again leaves; ${ends}`);
      waiting = core.ports.clock.after(INTERRUPT_AGAIN_MS, () => {
        waiting = null;
      });
    },
    close: () => waiting?.cancel(),
  };
}

/** True for a key that must not reach the topmost overlay: typed before it was seen, or in a burst. */
function comesTooEarly(core: Core, { key, burst }: KeyPress): boolean {
  const top = topOverlay(core.session.getState());
  if (top === null || !isGuarded(top) || key === 'ctrl+c') return false;
  const typing = top.kind === 'confirm' && ['name', 'reason'].includes(confirmStage(top));
  return !top.armed || (burst && !typing);
}

/** The only place where a key becomes an effect. */
export function createDispatcher(core: Core): Dispatcher {
  const runs = createRunOpener(core);
  const commands = createRunCommands(core);
  const table = createTableCommands(core);
  const logs = createLogScreen(core);
  const palette = createPaletteCommands(core, { runs, logs, dispatch: (c) => dispatch(c) });
  const dialogs = createDialogs(core, { runs, commands, table, palette });
  const interrupt = createInterrupt(core);
  let scrollMax = 0;
  const handlers = createHandlers(core, {
    runs,
    commands,
    dialogs,
    table,
    logs,
    palette,
    interrupt: interrupt.press,
    scrollMax: () => scrollMax,
  });

  const dispatch = (command: Command) => {
    const handle = handlers[command.type] as (command: Command) => void;
    handle(command);
  };

  const press = (event: KeyPress) => {
    const session = core.session.getState();
    if (isTooSmall(session) && !event.key.startsWith('ctrl+')) return;
    if (comesTooEarly(core, event)) return;
    // What was said about the last key stands in the place of the hints: it has been read.
    if (session.toast !== null) core.session.setState({ toast: null });
    const outcome = resolve(
      scopesOf(session, core.ports),
      event.key,
      keyContext(core.ports, session),
    );
    if (outcome.kind === 'command') dispatch(outcome.command);
    else if (outcome.kind === 'disabled') core.toast(outcome.reason);
    else if (outcome.kind === 'text') editText(core, outcome.edit, dialogs.pick);
  };

  return {
    dispatch,
    key: (event) => (event.kind === 'paste' ? paste(core, event.text, dialogs.pick) : press(event)),
    choose: dialogs.choose,
    measure(max) {
      scrollMax = max;
    },
    close() {
      interrupt.close();
      logs.close();
      runs.close();
    },
  };
}
