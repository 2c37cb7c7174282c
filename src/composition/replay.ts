import { createStore } from 'zustand/vanilla';
import type { BoardState, ConsolePorts, IncidentSummary } from '../console/ports.ts';
import type { Clock } from '../domain/clock.ts';
import { redactText } from '../domain/redact.ts';
import type { Refusal, RunController } from '../engine/controller.ts';
import type { JournalEvent } from '../incidents/events.ts';
import type { TakenSample } from '../incidents/recording/store.ts';
import { foldIncidents, type Incident } from '../incidents/summary.ts';
import { describe } from '../incidents/timeline.ts';
import { type PanelId, panelIds } from '../keymap/commands.ts';
import { replayedRun } from '../replay/controller.ts';
import { createPanels } from '../replay/panels.ts';
import { createPlayer, type Player } from '../replay/player.ts';
import { loadRunbookText } from '../runbooks/build.ts';
import type { Runbook } from '../runbooks/graph.ts';
import { factsOf, noFacts } from '../runbooks/reader.ts';
import type { Library } from './compose.ts';

/** An incident that is to be replayed. */
export interface ReplayOptions {
  /** All that was written of it, in order. */
  readonly events: readonly JournalEvent[];
  /** What its panels showed, as far as it was recorded. */
  readonly samples: readonly TakenSample[];
  readonly incident: Incident;
  readonly library: Library;
  readonly clock: Clock;
  /** How many times as fast as it was. */
  readonly speed: number;
}

/** What a console needs to show a replay. */
export interface Replay {
  readonly ports: ConsolePorts;
  readonly player: Player;
  close(): void;
}

const NOT_RECORDED = 'not recorded in this incident';

/** The runbook of a run as it read then; null when that cannot be used any more. */
function runbookThen(
  { catalogue, packs }: Library,
  started: Extract<JournalEvent, { type: 'run-started' }>,
): Runbook | null {
  const { runbook: id, text } = started.body;
  const pack = packs.find(({ runbooks }) => runbooks.some((one) => one.id === id));
  const now = pack?.runbooks.find((one) => one.id === id);
  if (now !== undefined && redactText(now.text) === text) return now;
  const facts = pack === undefined ? noFacts : factsOf(pack);
  return loadRunbookText(text, now?.file ?? id, facts, catalogue).runbook;
}

interface ReplayedRun {
  readonly id: string;
  readonly startedAt: number;
  readonly controller: RunController;
}

function runsOf(options: ReplayOptions, player: Player): readonly ReplayedRun[] {
  return options.events.flatMap((e): ReplayedRun[] => {
    if (e.type !== 'run-started' || e.run === null) return [];
    const runbook = runbookThen(options.library, e);
    const controller = runbook === null ? null : replayedRun(player, runbook, e.run);
    return controller === null ? [] : [{ id: e.run, startedAt: e.at, controller }];
  });
}

/** The run of a runbook that stands last at this moment, or will. */
function runFor(
  runs: readonly ReplayedRun[],
  runbook: string,
  at: number,
): ReplayedRun | undefined {
  const same = runs.filter(({ controller }) => controller.runbook.id === runbook);
  return same.findLast(({ startedAt }) => startedAt <= at) ?? same[0];
}

function summaryOf(
  incident: Incident,
  runs: readonly ReplayedRun[],
  at: number,
): readonly IncidentSummary[] {
  if (at < incident.openedAt) return [];
  const { id, openedAt, severity, title } = incident;
  const last = runs.findLast(({ startedAt }) => startedAt <= at);
  const run = last?.controller.state() ?? null;
  const runbook = last?.controller.runbook.id ?? null;
  return [{ id, title, severity, openedAt, run, runbook }];
}

/** Who worked on it first, as the console calls its operator. */
function operatorThen([first]: readonly JournalEvent[]): ConsolePorts['operator'] {
  const { name, host, from } = first?.operator ?? { name: '', host: '', from: null };
  return { name, host, from, pid: 0 };
}

/** Prepares the replay of an incident: a console on what was recorded of it, in which nothing can be done. */
export function prepareReplay(options: ReplayOptions): Replay {
  const { clock: real, events, incident, samples, speed } = options;
  const [first] = samples;
  const recorded =
    first === undefined ? null : { first: first.at, last: samples.at(-1)?.at ?? first.at };
  const player = createPlayer({ events, recorded, real, speed });
  const panels = createPanels(incident.region, samples);
  const runs = runsOf(options, player);
  const { at: begin } = player.state.getState();
  const live = createStore(() => panels.at(begin));
  const tip = `A replay of ${incident.id}: Space pauses, ← → step, + - change the speed.`;
  const boardAt = (at: number): BoardState => ({
    suggestions: [],
    incidents: summaryOf(incident, runs, at),
    tip: { calm: tip, alarmed: tip },
  });
  const board = createStore<BoardState>(() => boardAt(begin));
  const follow = () => {
    const { at } = player.state.getState();
    const shown = panels.at(at);
    if (shown !== live.getState()) live.setState(shown, true);
    const [was] = board.getState().incidents;
    const next = boardAt(at);
    const [now] = next.incidents;
    if (was?.run !== now?.run || (was === undefined) !== (now === undefined)) board.setState(next);
  };
  const unfollow = player.state.subscribe(follow);
  const mends = Object.fromEntries(panelIds.map((panel) => [panel, NOT_RECORDED]));
  const { close, pace, state, step, toggle } = player;
  const openRun = async (id: string): Promise<RunController | Refusal> =>
    runFor(runs, id, state.getState().at)?.controller ?? {
      refused: `${id} was not opened in ${incident.id}, or its text of then no longer loads`,
      mend: 'i tells all that was written of it',
    };
  return {
    player,
    ports: {
      clock: player.clock,
      live,
      board,
      history: panels.history,
      operator: operatorThen(events),
      readOnly: false,
      runbooks: [...new Set(runs.map(({ controller }) => controller.runbook))],
      diagnostics: [],
      openRun,
      mends: mends as Record<PanelId, string>,
      replay: { state, toggle, step, pace },
      timeline: () => player.events().map((e) => ({ at: e.at, text: describe(e) })),
    },
    close() {
      unfollow();
      close();
    },
  };
}

/** The incident of these events; null where they hold none. */
export function incidentOf(events: readonly JournalEvent[]): Incident | null {
  return foldIncidents(events)[0] ?? null;
}
