import type { RunController } from '../engine/controller.ts';
import { event } from '../incidents/events.ts';
import { record } from '../incidents/recording/recorder.ts';
import type { Program } from './compose.ts';

interface Recording {
  readonly end: () => void;
  /** Runs of the incident that this console has open. */
  users: number;
}

/** The incidents that each program records: once each, however many of their runs are open. */
const recordings = new WeakMap<Program['context'], Map<string, Recording>>();

function begin(program: Program, incident: string, controller: RunController): () => void {
  const { context, history, live, log, operator, region } = program;
  const { clock, journal } = context;
  const before = journal.events({ incident, types: ['region-sampled'] });
  const recordedBytes = before.reduce((sum, { body }) => sum + JSON.stringify(body).length, 0);
  const scope = { region: region.name, incident, run: null, operator };
  return record({
    live: live.store,
    history,
    clock,
    recordedBytes,
    write(sample) {
      // The console that drives the run records it: two records would tell the same twice.
      if (controller.follower() !== null) return;
      try {
        journal.transact((tx) => tx.append(scope, [event('region-sampled', sample)]));
      } catch (thrown) {
        log.error('what the panels show could not be recorded', thrown);
      }
    },
  });
}

/** Takes part in the record of an incident. @returns ends that */
function join(program: Program, incident: string, controller: RunController): () => void {
  const mine = recordings.get(program.context) ?? new Map<string, Recording>();
  recordings.set(program.context, mine);
  const found = mine.get(incident) ?? { end: begin(program, incident, controller), users: 0 };
  mine.set(incident, found);
  found.users += 1;
  return () => {
    found.users -= 1;
    if (found.users > 0) return;
    mine.delete(incident);
    found.end();
  };
}

/**
 * Records what the panels show while a run of an incident is open and has not ended, so that it can be
 * replayed.
 * @returns ends it
 */
export function recordIncident(program: Program, controller: RunController): () => void {
  let leave: (() => void) | null = null;
  const follow = () => {
    const { incident, phase } = controller.state();
    if (phase === 'finished') {
      leave?.();
      leave = null;
    } else leave ??= join(program, incident, controller);
  };
  follow();
  const unsubscribe = controller.subscribe(follow);
  return () => {
    unsubscribe();
    leave?.();
  };
}
