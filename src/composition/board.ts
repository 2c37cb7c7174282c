import { offersOf } from '../console/offers.ts';
import type { BoardState, IncidentSummary } from '../console/ports.ts';
import { fold } from '../engine/fold.ts';
import { createSuggester, type Suggester } from '../engine/suggestions.ts';
import { createDesk } from '../incidents/desk.ts';
import type { Incident } from '../incidents/summary.ts';
import { describe } from '../incidents/timeline.ts';
import type { Runbook } from '../runbooks/graph.ts';
import type { Program } from './compose.ts';
import type { ConsolePreparation } from './console.ts';
import { watchJournal } from './journal-watch.ts';
import { openOffer, openRun } from './opener.ts';
import { watchRot } from './rot.ts';
import type { Surroundings } from './surroundings.ts';

/** What a region without a pack has. */
const none: readonly Runbook[] = [];

/** Lines of a timeline that the screen is given. */
const TIMELINE_LINES_MAX = 2000;

function summaryOf(
  { context }: Program,
  runbooks: readonly Runbook[],
  incident: Incident,
): IncidentSummary {
  const { id, title, severity, openedAt } = incident;
  const last = incident.runs.at(-1);
  const unfinished = incident.runs.findLast((run) => run.endedAt === null);
  const runbook = runbooks.find((candidate) => candidate.id === unfinished?.runbook);
  const run =
    runbook && unfinished ? fold(runbook, context.journal.events({ run: unfinished.id })) : null;
  return { id, title, severity, openedAt, run, runbook: last?.runbook ?? null };
}

/** Why nothing can be changed at all. */
function troublesOf({ policyProblem }: Program): readonly string[] {
  return policyProblem === null ? [] : [`Nothing can be changed: ${policyProblem}`];
}

/**
 * Lets the program stand behind the screen, and keeps the board (suggestions, open incidents) up to date.
 * A pack that is chosen later, by what runs, changes both.
 *
 * @returns ends it
 */
export function standBehind(
  { board, stand }: ConsolePreparation,
  program: Program,
  { newId }: Surroundings,
): () => void {
  const { context, operator, live, log } = program;
  let closed = false;
  let runbooks: readonly Runbook[] | null = null;
  let suggester: Suggester | null = null;

  const incidents = (): BoardState['incidents'] =>
    createDesk(context.journal, program.region.name, operator, newId)
      .incidents()
      .filter((incident) => incident.closedAt === null)
      .map((incident) => summaryOf(program, runbooks ?? [], incident));
  const refresh = () => {
    if (closed) return;
    try {
      board.setState({ incidents: incidents(), troubles: troublesOf(program) });
    } catch (thrown) {
      log.error('the journal could not be read', thrown);
    }
  };
  const takePack = () => {
    const next = program.pack?.runbooks ?? none;
    if (closed || runbooks === next) return;
    runbooks = next;
    suggester?.close();
    suggester = createSuggester(context, live.store, next, (suggestions) =>
      board.setState({ suggestions }),
    );
    stand({
      readOnly: program.policy.readOnly,
      runbooks: next,
      diagnostics: program.diagnostics,
      openRun: async (id) => openRun(program, newId, id),
      offers: (row) => offersOf(program.catalogue, row),
      openOffer: async (offer) => openOffer(program, newId, offer),
      timeline: (incident) =>
        context.journal
          .events({ incident })
          .slice(-TIMELINE_LINES_MAX)
          .map((e) => ({ at: e.at, text: describe(e) })),
    });
    refresh();
  };
  takePack();
  const unrot = watchRot(program, (rot) => board.setState({ rot }));
  const unwatch = live.store.subscribe((state, earlier) => {
    if (state.region !== earlier.region) takePack();
  });
  const unjournal = watchJournal(program, refresh);
  return () => {
    closed = true;
    unwatch();
    unrot();
    suggester?.close();
    unjournal();
  };
}
