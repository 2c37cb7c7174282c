import type { Phase } from '../engine/state.ts';
import type { GraphNode } from '../runbooks/graph.ts';
import type { Command, PanelId } from './commands.ts';

/** Where a binding holds. `global` holds on every screen but under no dialog; `always` under all. */
export type Scope =
  | 'always'
  | 'global'
  /** Over every screen of a replay, before its own keys. */
  | 'replay'
  | 'overview'
  | 'panel'
  | 'detail'
  | 'logs'
  | 'wizard'
  | 'incident'
  | 'dialog:confirm'
  | 'dialog:reason'
  | 'dialog:typed'
  | 'dialog:text'
  | 'dialog:palette'
  | 'dialog:list'
  | 'dialog:pick'
  | 'dialog:form'
  | 'dialog:reader'
  | 'dialog:message'
  | 'dialog:leave';

/** What a binding may ask before it says that it cannot be used now. */
export interface KeyContext {
  readonly rows: number;
  /** True when a row of the panel is chosen, or a detail is on the screen. */
  readonly row: boolean;
  /** Marked rows that are still there. */
  readonly marks: number;
  /** Why no log can be opened from here; null when one can. */
  readonly logs: string | null;
  /** True when a cluster is configured. */
  readonly pods: boolean;
  /** True when several regions are configured. */
  readonly regions: boolean;
  /** The panel that has the keys. */
  readonly focus: PanelId;
  readonly suggestion: boolean;
  readonly incident: boolean;
  readonly runbooks: number;
  /** The region is being opened still. */
  readonly starting: boolean;
  /** Why nothing can be done with a row from here; null when `x` lists what can. */
  readonly offers: string | null;
  /** Things that runbooks rely on and that are not there. */
  readonly rot: number;
  /** How a replay stands; null where what is shown is now. */
  readonly replay: { readonly paused: boolean } | null;
  /** The region ends with the screen, and every run with it. */
  readonly fleeting: boolean;
  /** The run on the screen; null outside the wizard. */
  readonly run: {
    readonly phase: Phase;
    readonly kind: GraphNode['kind'];
    /** The leaf's or step's short words for the hint bar, e.g. `Restart Redis`. */
    readonly title: string;
    /** Title of where Enter leads when the leaf did not help; null when Enter tries it again. */
    readonly otherwise: string | null;
    readonly recommended: boolean;
    readonly branches: number;
    readonly steps: number;
    /** True when a change of this run can still be taken back. */
    readonly undoable: boolean;
    /** Why the last change cannot be taken back; null where that is not said. */
    readonly irreversible: string | null;
    /** True when the step may be left out with a reason. */
    readonly skippable: boolean;
    /** Inputs that are asked for here, and those among them that were not given yet. */
    readonly inputs: number;
    readonly missing: number;
    /** Points of the checklist here, and those that are not ticked. */
    readonly points: number;
    readonly unticked: number;
    /** What became of the message drafted here; null where there is none. */
    readonly message: 'drafted' | 'sent' | 'copied' | null;
    /** True when an action has told something. */
    readonly output: boolean;
    /** To whom the run was handed over and not taken yet; null otherwise. */
    readonly handedTo: string | null;
    /** Who drives it, when that is another console. */
    readonly holder: string | null;
    readonly working: string | null;
  } | null;
}

/** One key binding. Help, the hint bar, the documentation and the tests all read these records. */
export interface Binding {
  readonly id: string;
  readonly keys: readonly string[];
  /** How the hint bar writes the keys, where one binding speaks for several. */
  readonly label?: string;
  readonly scope: Scope;
  /** What it does, for help. */
  readonly title: string;
  /** Title of the digits that this one begins: help tells those of one command on one line. */
  readonly digits?: string;
  /** The shortest words for the hint bar; null, or an empty text, leaves it to help. */
  readonly hint: string | ((context: KeyContext) => string) | null;
  readonly command: Command;
  /** Why it cannot be used now, in words; null when it can. */
  readonly disabled?: (context: KeyContext) => string | null;
}
