import type { StoreApi } from 'zustand/vanilla';
import type { Clock } from '../domain/clock.ts';
import type { Operator } from '../domain/operator.ts';
import type { Diagnosis, Refusal, RunController } from '../engine/controller.ts';
import type { RunState } from '../engine/state.ts';
import type { PanelId } from '../keymap/commands.ts';
import type { History } from '../live/history.ts';
import type { LogBook } from '../live/logs.ts';
import type { LiveState } from '../live/state.ts';
import type { Diagnostic } from '../runbooks/diagnostic.ts';
import type { Runbook } from '../runbooks/graph.ts';
import type { LogTarget } from './log-session.ts';
import type { ActedRow, RowOffer } from './offers.ts';

/** A runbook that fits what is wrong now, best first. */
export interface Suggestion {
  readonly runbook: Runbook;
  /** Keys of the alerts that raised it; empty when only its condition did. */
  readonly alerts: readonly string[];
  /** Null while the first background walk is under way. */
  readonly diagnosis: Diagnosis | null;
}

/** What the screen knows of incidents without opening one. */
export interface IncidentSummary {
  readonly id: string;
  readonly title: string;
  readonly severity: string;
  readonly openedAt: number;
  /** Its run that is not finished, if any: opening the runbook resumes it. */
  readonly run: RunState | null;
  readonly runbook: string | null;
}

/** Something a runbook relies on that is not there. */
export interface RotLine {
  /** Id of the runbook, and of the step or leaf that relies on it. */
  readonly runbook: string;
  readonly step: string;
  /** In words an operator knows, e.g. `table inference_logs`. */
  readonly what: string;
  /** What it probably means instead, or how to mend it. */
  readonly suggestion: string | null;
}

export interface BoardState {
  /** True until all that is configured has been read: an empty panel may still be filled. */
  readonly starting?: boolean;
  readonly suggestions: readonly Suggestion[];
  /** Why nothing can be changed, in words; absent while something can. */
  readonly troubles?: readonly string[];
  /** What the runbooks rely on and is missing; absent until it has been looked for. */
  readonly rot?: readonly RotLine[];
  /** Open incidents of this region, newest first. */
  readonly incidents: readonly IncidentSummary[];
  /** What to say to somebody who sees this for the first time; absent where nobody does. */
  readonly tip?: Tip;
}

/** What helps a newcomer: while all is well, and once a runbook fits. */
export interface Tip {
  readonly calm: string;
  readonly alarmed: string;
}

/** What steers the replay of an incident. */
export interface ReplayPort {
  /** Where it stands: at is the incident's own time, epoch ms. */
  readonly state: StoreApi<{
    readonly at: number;
    readonly paused: boolean;
    readonly speed: number;
    readonly ended: boolean;
  }>;
  /** Stops it, lets it go on, or begins it anew where it has ended. */
  toggle(): void;
  /** To the next entry of the record, or the one before; false where there is none. */
  step(by: 1 | -1): boolean;
  /** Faster or slower. */
  pace(by: 1 | -1): void;
}

/** A region that ends with its screen. */
export interface Fleeting {
  /** The command that shows what was recorded in it; null where that is gone with it. */
  readonly record: string | null;
}

/** All that the console needs of the program; `compose()` fills it, tests fill it with fakes. */
export interface ConsolePorts {
  readonly clock: Clock;
  readonly live: StoreApi<LiveState>;
  readonly board: StoreApi<BoardState>;
  readonly history: History;
  readonly operator: Operator;
  readonly readOnly: boolean;
  readonly runbooks: readonly Runbook[];
  /** What was wrong with runbook files; the good ones load all the same. */
  readonly diagnostics: readonly Diagnostic[];
  /** Opens a run of the runbook, resuming the unfinished one of its incident if there is one. */
  openRun(runbook: string): Promise<RunController | Refusal>;
  /** What can be done with a row without a runbook; absent where nothing can. */
  readonly offers?: ((row: ActedRow) => readonly RowOffer[]) | undefined;
  /** Opens the run of one offered change, resuming the unfinished one of the same change. */
  readonly openOffer?: ((offer: RowOffer) => Promise<RunController | Refusal>) | undefined;
  /**
   * Hears of which containers the usage is on the screen, whenever that has changed; absent where
   * nothing is metered.
   */
  watchUsage?(ids: ReadonlySet<string>): void;
  /**
   * Opens the logs that are wanted, to be closed by whoever asked; absent where none can be read.
   * Rejects with OperatorError when a container or a name is not known any more.
   */
  openLogs?(target: LogTarget): Promise<LogBook>;
  /** Names of the logs that the configuration names. */
  readonly logNames?: readonly string[];
  /** What would fill a panel that nothing fills, in the words of the configuration. */
  readonly mends?: Partial<Readonly<Record<PanelId, string>>>;
  /** Hears of a fault in one part of the screen, which goes on without it. */
  fault?(error: Error, where: string): void;
  /** The region ends with the screen: nothing that is under way can be taken up again; absent elsewhere. */
  readonly fleeting?: Fleeting | undefined;
  /** Goes to the console of another region; absent where there is none. */
  goTo?(region: string): void;
  /** What is shown was recorded: nothing of it is now, and nothing can be done; absent elsewhere. */
  readonly replay?: ReplayPort;
  /** The journal of an incident as plain lines, oldest first. */
  timeline(incident: string): readonly { readonly at: number; readonly text: string }[];
}
