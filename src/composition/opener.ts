import { asOperatorError } from '../domain/operator-error.ts';
import { redactText } from '../domain/redact.ts';
import type { Refusal, RunController } from '../engine/controller.ts';
import { openRunController } from '../engine/driver.ts';
import { createDesk, type Occasion } from '../incidents/desk.ts';
import { event } from '../incidents/events.ts';
import { witness } from '../incidents/witness.ts';
import { alertsAndNotices } from '../live/selectors.ts';
import { buildRunbook } from '../runbooks/build.ts';
import type { Runbook } from '../runbooks/graph.ts';
import { opensOnAlert } from '../runbooks/opens.ts';
import { factsOf } from '../runbooks/reader.ts';
import { parseYaml } from '../runbooks/yaml-file.ts';
import type { Program } from './compose.ts';

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
  return witness(live.store, (text) => {
    const { id, incident, phase } = controller.state();
    if (phase === 'finished' || controller.follower() !== null) return;
    try {
      const scope = { region: region.name, incident, run: id, operator };
      context.journal.transact((tx) => tx.append(scope, [event('fact-changed', { text })]));
    } catch (thrown) {
      log.error('a change could not be recorded', thrown);
    }
  });
}

/** The runbook as it read when the run began: a run keeps its text. Null when that cannot be used. */
function asItBegan(program: Program, runbook: Runbook, run: string): Runbook | null {
  const { catalogue, context, pack } = program;
  const [started] = context.journal.events({ run, types: ['run-started'] });
  if (started?.type !== 'run-started' || started.body.text === redactText(runbook.text)) {
    return runbook;
  }
  const parsed = parseYaml(started.body.text, runbook.file);
  if (!('ok' in parsed) || pack === null) return null;
  return buildRunbook(parsed.ok, factsOf(pack), catalogue).runbook;
}

/**
 * Opens a run of a runbook, resuming the unfinished one of its incident.
 * @returns the run, or why it cannot be opened, with the mend
 */
export function openRun(
  program: Program,
  newId: () => string,
  id: string,
): RunController | Refusal {
  const { context, executor, region, operator, log } = program;
  const runbook = program.pack?.runbooks.find((candidate) => candidate.id === id);
  if (!runbook)
    return { refused: `There is no runbook ${id}`, mend: 'see opsconsole runbooks list' };
  try {
    const desk = createDesk(context.journal, region.name, operator, newId);
    const { run } = desk.openRun(runbook, occasionOf(program, runbook));
    const began = asItBegan(program, runbook, run);
    if (began === null) {
      return {
        refused: `The unfinished run of ${id} began with a text that no longer loads`,
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
