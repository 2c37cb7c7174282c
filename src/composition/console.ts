import { createStore } from 'zustand/vanilla';
import type { BoardState, ConsolePorts, IncidentSummary } from '../console/ports.ts';
import { fold } from '../engine/fold.ts';
import { createSuggester } from '../engine/suggestions.ts';
import { createDesk } from '../incidents/desk.ts';
import type { Incident } from '../incidents/summary.ts';
import { describe } from '../incidents/timeline.ts';
import type { Program } from './compose.ts';
import { openRun } from './opener.ts';
import type { Surroundings } from './surroundings.ts';

/** Everything the screen is given, and the end of it. */
export interface ConsoleSetup {
  readonly ports: ConsolePorts;
  close(): void;
}

/** Lines of a timeline that the screen is given. */
const TIMELINE_LINES_MAX = 2000;

/** Wires a composed program to what the screen needs. */
export function composeConsole(program: Program, surroundings: Surroundings): ConsoleSetup {
  const { context, region, operator, live, log } = program;
  const runbooks = program.pack?.runbooks ?? [];
  const board = createStore<BoardState>(() => ({ suggestions: [], incidents: [] }));

  function summaries(): readonly IncidentSummary[] {
    const desk = createDesk(context.journal, region.name, operator, surroundings.newId);
    return desk
      .incidents()
      .filter((incident) => incident.closedAt === null)
      .map((incident) => summaryOf(incident));
  }

  function summaryOf(incident: Incident): IncidentSummary {
    const { id, title, severity, openedAt } = incident;
    const last = incident.runs.at(-1);
    const unfinished = incident.runs.findLast((run) => run.endedAt === null);
    const runbook = runbooks.find((candidate) => candidate.id === unfinished?.runbook);
    const run =
      runbook && unfinished ? fold(runbook, context.journal.events({ run: unfinished.id })) : null;
    return { id, title, severity, openedAt, run, runbook: last?.runbook ?? null };
  }

  let closed = false;
  const refresh = () => {
    if (closed) return;
    try {
      board.setState({ incidents: summaries() });
    } catch (thrown) {
      log.error('the journal could not be read', thrown);
    }
  };
  const suggester = createSuggester(context, live.store, runbooks, (suggestions) =>
    board.setState({ suggestions }),
  );
  let unsubscribe = () => {};
  try {
    unsubscribe = context.journal.onChange(refresh);
    refresh();
  } catch (thrown) {
    log.error('there is no journal', thrown);
  }

  const ports: ConsolePorts = {
    clock: context.clock,
    live: live.store,
    board,
    history: program.history,
    operator,
    readOnly: program.policy.readOnly,
    runbooks,
    diagnostics: program.diagnostics,
    openRun: async (id) => openRun(program, surroundings.newId, id),
    timeline: (incident) =>
      context.journal
        .events({ incident })
        .slice(-TIMELINE_LINES_MAX)
        .map((e) => ({ at: e.at, text: describe(e) })),
  };
  return {
    ports,
    close() {
      closed = true;
      suggester.close();
      unsubscribe();
    },
  };
}
