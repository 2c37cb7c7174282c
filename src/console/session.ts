import type { Plan, Refusal, RunController } from '../engine/controller.ts';
import type { RunState } from '../engine/state.ts';
import type { Scope } from '../keymap/binding.ts';
import { type PanelId, panelIds } from '../keymap/commands.ts';
import type { LiveState } from '../live/state.ts';
import type { InputSpec } from '../runbooks/graph.ts';
import type { LogSession } from './log-session.ts';
import type { BoardState, Fleeting } from './ports.ts';
import type { Sort } from './table.ts';

type Screen = 'overview' | 'panel' | 'detail' | 'logs' | 'wizard' | 'incident';

/** One row of one panel, on a screen of its own. */
export interface DetailPlace {
  readonly panel: PanelId;
  readonly id: string;
}

/** A screen that was left and that Esc leads back to. */
export interface Place {
  readonly screen: Screen;
  readonly focus: PanelId;
  readonly detail: DetailPlace | null;
}

export interface ListItem {
  readonly value: string;
  readonly label: string;
  readonly detail: string;
  /** The letter that chooses it at once. */
  readonly quick: string | null;
}

/** What the overlay's text or list is for. */
type TextPurpose = 'skip' | 'note';
type ListPurpose = 'branches' | 'stop' | 'escalate' | 'columns';
type PickPurpose = 'runbooks' | 'jump' | 'offers';

interface OverlayBase {
  /** Tells two overlays of the same kind apart. */
  readonly id: number;
  /** False until it has been on the screen for a moment: what was typed before never reaches it. */
  readonly armed: boolean;
}

export interface ConfirmOverlay extends OverlayBase {
  readonly kind: 'confirm';
  readonly plan: Plan;
  /** What has been typed of the target's name. */
  readonly typed: string;
  /** Why the limit on changes is passed, where it is reached; taken once Enter was pressed. */
  readonly reason: string;
  readonly reasonTaken: boolean;
  /** Lines of the plan that are above the part in sight. */
  readonly scroll: number;
  readonly working: boolean;
  readonly refused: Refusal | null;
  readonly problem: string | null;
}

export interface TextOverlay extends OverlayBase {
  readonly kind: 'text';
  readonly purpose: TextPurpose;
  readonly title: string;
  readonly text: string;
  readonly problem: string | null;
}

/** What a text typed in the hint bar narrows. */
export type FilterTarget = { readonly panel: PanelId } | { readonly log: 'search' | 'filter' };

interface FilterOverlay extends OverlayBase {
  readonly kind: 'filter';
  readonly target: FilterTarget;
  readonly text: string;
  /** What it was before, for Esc. */
  readonly before: string;
}

/** Commands to choose from, narrowed by what is typed. */
export interface PaletteOverlay extends OverlayBase {
  readonly kind: 'palette';
  readonly text: string;
  /** Place of the chosen entry among those that fit. */
  readonly chosen: number;
}

/** A list narrowed by what is typed; an entry's own key takes it at once while nothing is typed. */
export interface PickOverlay extends OverlayBase {
  readonly kind: 'pick';
  readonly purpose: PickPurpose;
  readonly title: string;
  readonly items: readonly ListItem[];
  readonly text: string;
  /** True once letters are text: own keys no longer count. */
  readonly typing: boolean;
  /** Place of the chosen entry among those that fit. */
  readonly chosen: number;
}

export interface FormField {
  readonly spec: InputSpec;
  /** What stands there already. */
  readonly preset: string | null;
}

/** Values asked for one after the other. */
export interface FormOverlay extends OverlayBase {
  readonly kind: 'form';
  readonly purpose: 'inputs' | 'hand-over';
  readonly title: string;
  readonly fields: readonly FormField[];
  /** Place of the field that is being filled. */
  readonly at: number;
  readonly text: string;
  readonly values: Readonly<Record<string, string>>;
  /** What may be chosen, by input; absent while it is read or where it is free. */
  readonly offered: Readonly<Record<string, readonly string[]>>;
  /** Place of the chosen one among the choices that fit. */
  readonly chosen: number;
  readonly working: boolean;
  /** Why the values were not taken. */
  readonly problem: string | null;
}

export interface ListOverlay extends OverlayBase {
  readonly kind: 'list';
  readonly purpose: ListPurpose;
  readonly title: string;
  readonly items: readonly ListItem[];
}

export interface ReaderOverlay extends OverlayBase {
  readonly kind: 'reader';
  readonly content: 'help' | 'evidence' | 'preview' | 'output' | 'rot';
  /** The scopes whose keys help lists. */
  readonly scopes: readonly Scope[];
  readonly scroll: number;
}

export interface MessageOverlay extends OverlayBase {
  readonly kind: 'message';
  readonly tone: 'bad' | 'info';
  readonly title: string;
  /** One paragraph a line. */
  readonly text: string;
  readonly mend: string | null;
}

export interface LeaveOverlay extends OverlayBase {
  readonly kind: 'leave';
  readonly text: string;
  /** The region that is gone to; null leaves the program. */
  readonly to: string | null;
}

export type Overlay =
  | ConfirmOverlay
  | TextOverlay
  | FilterOverlay
  | PaletteOverlay
  | ListOverlay
  | PickOverlay
  | FormOverlay
  | ReaderOverlay
  | MessageOverlay
  | LeaveOverlay;

/** What the operator did on the screen at one place of a run; forgotten when the run moves on. */
export interface RunDesk {
  /** Names the place: another one begins anew. */
  readonly place: string;
  /** Points of the checklist that are ticked, by their place in it. */
  readonly ticked: readonly number[];
  /** The point that Space ticks. */
  readonly cursor: number;
  /** Lines of the step that are above the part in sight. */
  readonly scroll: number;
}

/** The run on the screen, as its controller last told it. */
export interface RunView {
  readonly controller: RunController;
  readonly state: RunState;
  /** How often the controller has told of itself: what it is asked for may be another with each. */
  readonly told: number;
  readonly holder: string | null;
  /** What the current leaf's action would touch, read when the leaf was entered. */
  readonly preview: { readonly node: string; readonly plan: Plan | Refusal } | null;
  /** What the evidence says now, when it no longer says what the path rests on. */
  readonly changed: string | null;
  /** What a key has set going and is awaited, in words. */
  readonly working: string | null;
  readonly desk: RunDesk;
  /** Set where the region ends with the screen, and the run with it. */
  readonly fleeting: Fleeting | null;
  /** Asked for at a row: it ends with its dialog when nothing was done. */
  readonly adHoc: boolean;
}

export interface Toast {
  readonly text: string;
  readonly tone: 'info' | 'bad';
}

/** What the panels showed when they were frozen. */
interface Frozen {
  readonly live: LiveState;
  readonly board: BoardState;
  readonly at: number;
}

/** Everything the operator has done to the screen; nothing of it is a fact. */
export interface SessionState {
  readonly screen: Screen;
  /** The screens that Esc leads back to, the last one first to come. */
  readonly places: readonly Place[];
  readonly focus: PanelId;
  /** The chosen row of each panel, by identity. */
  readonly selection: Readonly<Record<PanelId, string | null>>;
  /** Where the chosen row stood when it was chosen, for the day it is gone. */
  readonly stood: Readonly<Record<PanelId, number>>;
  readonly filter: Readonly<Record<PanelId, string>>;
  /** The operator's own order of each panel; null is worst first. */
  readonly sort: Readonly<Record<PanelId, Sort | null>>;
  /** Columns of each panel that the operator has put away. */
  readonly hidden: Readonly<Record<PanelId, readonly string[]>>;
  /** Marked rows of each panel, by identity. */
  readonly marks: Readonly<Record<PanelId, readonly string[]>>;
  readonly detail: DetailPlace | null;
  readonly detailScroll: number;
  readonly logs: LogSession | null;
  /** The last one has the keys. */
  readonly overlays: readonly Overlay[];
  readonly frozen: Frozen | null;
  readonly toast: Toast | null;
  readonly run: RunView | null;
  /** The incident whose timeline is shown. */
  readonly incident: string | null;
  readonly incidentScroll: number;
  readonly columns: number;
  readonly rows: number;
  readonly leaving: boolean;
  /** Rises each time the whole screen is to be drawn anew. */
  readonly redraws: number;
}

function eachPanel<T>(value: T): Record<PanelId, T> {
  const all = panelIds.map((panel) => [panel, value] as const);
  return Object.fromEntries(all) as Record<PanelId, T>;
}

/** The least a picture needs; below it the screen only says that it is too small. */
export const SCREEN_MIN = { columns: 40, rows: 10 } as const;

/** Whether the terminal shows nothing that a key could be meant for. */
export function isTooSmall({ columns, rows }: Pick<SessionState, 'columns' | 'rows'>): boolean {
  return columns < SCREEN_MIN.columns || rows < SCREEN_MIN.rows;
}

export function initialSession(): SessionState {
  return {
    screen: 'overview',
    places: [],
    focus: 'containers',
    selection: eachPanel<string | null>(null),
    stood: eachPanel(0),
    filter: eachPanel(''),
    sort: eachPanel<Sort | null>(null),
    hidden: eachPanel<readonly string[]>([]),
    marks: eachPanel<readonly string[]>([]),
    detail: null,
    detailScroll: 0,
    logs: null,
    overlays: [],
    frozen: null,
    toast: null,
    run: null,
    incident: null,
    incidentScroll: 0,
    columns: 80,
    rows: 24,
    leaving: false,
    redraws: 0,
  };
}

export function topOverlay(session: SessionState): Overlay | null {
  return session.overlays.at(-1) ?? null;
}

export function isRefusal(answer: Plan | Refusal): answer is Refusal {
  return 'refused' in answer;
}
