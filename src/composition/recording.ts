import type { RunController } from '../engine/controller.ts';
import { record } from '../incidents/recording/recorder.ts';
import {
  addSample,
  pruneRecordings,
  recordedBytes,
  recordingFile,
} from '../incidents/recording/store.ts';
import type { Program } from './compose.ts';

interface Recording {
  readonly end: () => void;
  /** Runs of the incident that this console has open. */
  users: number;
}

/** The incidents that each program records: once each, however many of their runs are open. */
const recordings = new WeakMap<Program['context'], Map<string, Recording>>();

function begin(program: Program, incident: string, controller: RunController): () => void {
  const { context, history, live, log, stateDirectory } = program;
  const { clock } = context;
  const file = recordingFile(stateDirectory, incident);
  let failed = false;
  const attempt = (work: () => void) => {
    try {
      work();
    } catch (thrown) {
      // It is not what counts, and is tried again: once is enough to tell.
      if (!failed) log.error('what the panels show could not be recorded', thrown);
      failed = true;
    }
  };
  attempt(() => pruneRecordings(stateDirectory));
  return record({
    live: live.store,
    history,
    clock,
    recordedBytes: recordedBytes(file),
    write(sample) {
      // The console that drives the run records it: two records would tell the same twice.
      if (controller.follower() !== null) return;
      attempt(() => addSample(file, { at: clock.now(), sample }));
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
