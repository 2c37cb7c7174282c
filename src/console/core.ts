import type { StoreApi } from 'zustand/vanilla';
import type { Timer } from '../domain/clock.ts';
import { asOperatorError } from '../domain/operator-error.ts';
import type { IdleCounter } from './idle.ts';
import type { ConsolePorts } from './ports.ts';
import {
  isTooSmall,
  type MessageOverlay,
  type Overlay,
  type SessionState,
  type Toast,
} from './session.ts';

/** How long a dialog has to be on the screen before keys reach it. */
export const DIALOG_ARM_MS = 300;
const TOAST_MS = 5000;
/** Overlays that may lie over each other. */
const OVERLAYS_MAX = 4;

/** Each kind of overlay without what the console fills in. */
type NewOverlay = Overlay extends infer O
  ? O extends Overlay
    ? Omit<O, 'id' | 'armed'>
    : never
  : never;

/** What every part of the dispatcher works with. */
export interface Core {
  readonly ports: ConsolePorts;
  readonly session: StoreApi<SessionState>;
  readonly idle: IdleCounter;
  /** Lays an overlay on top; it is armed once it was on the screen for a moment. */
  push(overlay: NewOverlay): void;
  /** Changes an overlay if it is still there. */
  patch(id: number, change: Partial<Overlay>): void;
  /** Takes away the overlay with this id, or the topmost one. */
  drop(id?: number): void;
  toast(text: string, tone?: Toast['tone']): void;
  message(message: Pick<MessageOverlay, 'title' | 'text' | 'mend' | 'tone'>): void;
  /** Puts a text on the operator's clipboard, and says what was copied; false when it was not. */
  copy(text: string, words: string): boolean;
  /** Runs work a key has caused, counted as busy; what it throws is told in a message. */
  task(what: string, work: () => Promise<void>): void;
  /** Starts the arming of overlays that have reached the screen, and the time a plan has stood there. */
  painted(): void;
  /** Whether this plan of a leaf has stood on the screen long enough to be read. */
  seen(plan: object): boolean;
  /** Takes the size of the terminal; what it no longer shows has to be seen again. */
  resize(columns: number, rows: number): void;
  close(): void;
}

/** Null when the terminal was told; else why not, in words. */
export type CopyOutcome = string | null;

interface Arming {
  /** Starts counting for the overlays that are on the screen. */
  begin(overlays: readonly Overlay[]): void;
  end(id: number): void;
  endAll(): void;
}

/** Arms each overlay once it was on the screen for a moment; work is under way until then. */
function createArming(ports: ConsolePorts, idle: IdleCounter, armed: (id: number) => void): Arming {
  const waiting = new Map<number, { readonly timer: Timer; readonly done: () => void }>();
  const end = (id: number) => {
    const entry = waiting.get(id);
    waiting.delete(id);
    entry?.timer.cancel();
    entry?.done();
  };
  return {
    begin(overlays) {
      for (const { id, armed: already } of overlays) {
        if (already || waiting.has(id)) continue;
        const timer = ports.clock.after(DIALOG_ARM_MS, () => {
          armed(id);
          end(id);
        });
        waiting.set(id, { timer, done: idle.begin() });
      }
    },
    end,
    endAll() {
      for (const id of [...waiting.keys()]) end(id);
    },
  };
}

/** The overlays of a session, changed by identity. */
function createOverlays(session: StoreApi<SessionState>, arming: () => Arming) {
  let nextId = 1;
  const change = (next: (overlays: readonly Overlay[]) => readonly Overlay[]) =>
    session.setState((state) => ({ overlays: next(state.overlays) }));
  return {
    push(overlay: NewOverlay) {
      const added = { ...overlay, id: nextId, armed: false } as Overlay;
      nextId += 1;
      change((overlays) => [...overlays.slice(-(OVERLAYS_MAX - 1)), added]);
    },
    patch(id: number, part: Partial<Overlay>) {
      change((overlays) =>
        overlays.map((overlay) =>
          overlay.id === id ? ({ ...overlay, ...part } as Overlay) : overlay,
        ),
      );
    },
    drop(id = session.getState().overlays.at(-1)?.id) {
      if (id === undefined) return;
      arming().end(id);
      change((overlays) => overlays.filter((overlay) => overlay.id !== id));
    },
  };
}

/** Makes the shared part of the dispatcher. */
export function createCore(
  ports: ConsolePorts,
  session: StoreApi<SessionState>,
  idle: IdleCounter,
  clipboard: (text: string) => CopyOutcome,
): Core {
  let toastTimer: Timer | null = null;
  let shownAt = new WeakMap<object, number>();
  const overlays = createOverlays(session, () => arming);
  const arming = createArming(ports, idle, (id) => overlays.patch(id, { armed: true }));
  const message: Core['message'] = (words) => overlays.push({ kind: 'message', ...words });
  const toast: Core['toast'] = (text, tone = 'info') => {
    toastTimer?.cancel();
    session.setState({ toast: { text, tone } });
    toastTimer = ports.clock.after(TOAST_MS, () => session.setState({ toast: null }));
  };
  return {
    ports,
    session,
    idle,
    ...overlays,
    message,
    toast,
    copy(text, words) {
      const refused = clipboard(text);
      if (refused === null) toast(`copied ${words} (${text.length} characters) to the clipboard`);
      else toast(`${words} is not copied: ${refused}`, 'bad');
      return refused === null;
    },
    task(what, work) {
      const done = idle.begin();
      work()
        .catch((thrown: unknown) => {
          const error = asOperatorError(thrown);
          message({ tone: 'bad', title: what, text: error.message, mend: error.mend });
        })
        .finally(done);
    },
    painted() {
      const state = session.getState();
      if (isTooSmall(state)) return;
      arming.begin(state.overlays);
      const plan = state.run?.preview?.plan;
      const shown = state.screen === 'wizard' && state.overlays.length === 0;
      if (plan !== undefined && shown && !shownAt.has(plan)) shownAt.set(plan, ports.clock.now());
    },
    seen(plan) {
      const at = shownAt.get(plan);
      return at !== undefined && ports.clock.now() - at >= DIALOG_ARM_MS;
    },
    resize(columns, rows) {
      const now = session.getState();
      if (now.columns === columns && now.rows === rows) return;
      session.setState({ columns, rows });
      if (!isTooSmall({ columns, rows })) return;
      arming.endAll();
      shownAt = new WeakMap();
      for (const { id } of now.overlays) overlays.patch(id, { armed: false });
    },
    close() {
      toastTimer?.cancel();
      arming.endAll();
    },
  };
}
