import type { RowOffer } from '../console/offers.ts';
import { asOperatorError } from '../domain/operator-error.ts';
import { redactText } from '../domain/redact.ts';
import { adHocRunbook } from '../engine/ad-hoc.ts';
import type { Refusal, RunController } from '../engine/controller.ts';
import { openRunController } from '../engine/driver.ts';
import { createDesk, type Occasion } from '../incidents/desk.ts';
import { event } from '../incidents/events.ts';
import { witness } from '../incidents/witness.ts';
import { alertsAndNotices } from '../live/selectors.ts';
import { loadRunbookText } from '../runbooks/build.ts';
import type { Runbook } from '../runbooks/graph.ts';
import { opensOnAlert } from '../runbooks/opens.ts';
import { factsOf, noFacts } from '../runbooks/reader.ts';
import type { Program } from './compose.ts';
import { recordIncident } from './recording.ts';

function occasionOf(program: Program, runbook: Runbook): Occasion {
  const raised = alertsAndNotices(program.live.store.getState()).filter((alert) =>
    opensOnAlert(runbook, alert),
  );
  return {
    alerts: raised.map(({ name, summary }) => (summary ? `${name} (${summary})` : name)),
    alertedAt: raised.length > 0 ? Math.min(...raised.map(({ since }) => since)) : null,
  };
}

/** Writes what changes meanwhile into the run's journal, for as long as this console drives it. */
function attend(program: Program, controller: RunController): () => void {
  const { context, live, log, operator, region } = program;
  const unrecord = recordIncident(program, controller);
  const unwitness = witness(live.store, (text) => {
    const { id, incident, phase } = controller.state();
    if (phase === 'finished' || controller.follower() !== null) return;
    try {
      const scope = { region: region.name, incident, run: id, operator };
      context.journal.transact((tx) => tx.append(scope, [event('fact-changed', { text })]));
    } catch (thrown) {
      log.error('a change could not be recorded', thrown);
    }
  });
  return () => {
    unwitness();
    unrecord();
  };
}

/** The runbook as it read when the run began: a run keeps its text. Null when that cannot be used. */
function asItBegan(program: Program, runbook: Runbook, run: string): Runbook | null {
  const { catalogue, context, pack } = program;
  const [started] = context.journal.events({ run, types: ['run-started'] });
  if (started?.type !== 'run-started' || started.body.text === redactText(runbook.text)) {
    return runbook;
  }
  const facts = pack === null ? noFacts : factsOf(pack);
  return loadRunbookText(started.body.text, runbook.file, facts, catalogue).runbook;
}

/**
 * Opens a run of a runbook of the region's pack, resuming the unfinished one of its incident.
 * @returns the run, or why it cannot be opened, with the mend
 */
export function openRun(
  program: Program,
  newId: () => string,
  id: string,
): RunController | Refusal {
  const runbook = program.pack?.runbooks.find((candidate) => candidate.id === id);
  return runbook
    ? openRunbook(program, newId, runbook)
    : { refused: `There is no runbook ${id}`, mend: 'see opsconsole runbooks list' };
}

/** Opens the run of one change that a row of a panel offers, resuming the unfinished one of the same. */
export function openOffer(
  program: Program,
  newId: () => string,
  { action: id, input, title }: Pick<RowOffer, 'action' | 'input' | 'title'>,
): RunController | Refusal {
  const action = program.catalogue.action(id);
  if (action === undefined) return { refused: `There is no action ${id}`, mend: null };
  const system = program.pack?.system ?? program.region.name;
  const runbook = adHocRunbook({ action, input, title, system });
  return 'refused' in runbook ? runbook : openRunbook(program, newId, runbook);
}

function openRunbook(
  program: Program,
  newId: () => string,
  runbook: Runbook,
): RunController | Refusal {
  const { context, executor, region, operator, log } = program;
  try {
    const desk = createDesk(context.journal, region.name, operator, newId);
    const { run } = desk.openRun(runbook, occasionOf(program, runbook));
    const began = asItBegan(program, runbook, run);
    if (began === null) {
      return {
        refused: `The unfinished run of ${runbook.id} began with a text that no longer loads`,
        mend: 'look at it with opsconsole incidents show; nothing is done',
      };
    }
    const controller = openRunController({
      context,
      executor,
      runbook: began,
      run,
      log: (message, cause) => log.error(message, cause),
    });
    const leave = attend(program, controller);
    return {
      ...controller,
      close() {
        leave();
        controller.close();
      },
    };
  } catch (thrown) {
    log.error('a run could not be opened', thrown);
    const { message, mend } = asOperatorError(thrown);
    return { refused: message, mend };
  }
}
