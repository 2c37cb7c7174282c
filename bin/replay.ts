import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type ExitCode, exitCodes } from '../src/commands/exit-codes.ts';
import type { Output } from '../src/commands/output.ts';
import { composeLibrary } from '../src/composition/compose.ts';
import { incidentOf, prepareReplay } from '../src/composition/replay.ts';
import { type Surroundings, stateDirectory } from '../src/composition/surroundings.ts';
import { appearanceOf } from '../src/console/appearance.ts';
import { createConsole } from '../src/console/console.ts';
import { createIdleCounter } from '../src/console/idle.ts';
import { connectIdleSocket } from '../src/console/idle-socket.ts';
import type { JournalEvent } from '../src/incidents/events.ts';
import { recordingFile, samplesOf } from '../src/incidents/recording/store.ts';
import { openSqliteJournal } from '../src/incidents/store/sqlite.ts';
import type { CommonOptions } from './cli.ts';
import { lastPractice } from './drill-places.ts';

/** How an incident is replayed. */
export interface ReplayInvocation {
  /** Its id; or that of a drill, of which the last performance in the console is meant. */
  readonly incident: string;
  readonly speed: number;
  readonly screenReader: boolean;
}

/** The last sample is taken right after the last event. */
const AFTER_MS = 60_000;

/** A record: the folder that holds its journal, and which incident of it; null means the last. */
interface Recorded {
  readonly folder: string;
  readonly incident: string | null;
}

/** Where the record lies that is meant; null, and told, where a drill has none. */
function recordedOf(
  machine: Surroundings,
  options: CommonOptions,
  output: Output,
  id: string,
): Recorded | null {
  if (!id.includes('/')) return { folder: stateDirectory(machine, options), incident: id };
  const folder = lastPractice(machine, options, id);
  if (folder !== null) return { folder, incident: null };
  output.note(`No drill ${id} was performed in the console; see opsconsole drill history`);
  return null;
}

/** What the journal holds of an incident, nothing where there is no such incident; and what is damaged. */
interface Written {
  readonly events: readonly JournalEvent[];
  readonly damage: string | null;
}

function writtenOf(machine: Surroundings, { folder, incident }: Recorded): Written {
  const file = join(folder, 'journal.db');
  // Who only looks makes no journal.
  if (!existsSync(file)) return { events: [], damage: null };
  const journal = openSqliteJournal(file, machine.clock);
  try {
    const { damage } = journal;
    if (incident !== null) return { events: journal.events({ incident }), damage };
    const all = journal.events({});
    const last = all.at(-1)?.incident;
    return { events: all.filter((event) => event.incident === last), damage };
  } finally {
    journal.close();
  }
}

/** Plays the record of an incident into the console, until the operator leaves it. */
export async function replay(
  machine: Surroundings,
  options: CommonOptions,
  output: Output,
  { incident: id, screenReader, speed }: ReplayInvocation,
): Promise<ExitCode> {
  const { stdin, stdout } = process;
  if (output.json || !stdin.isTTY || !stdout.isTTY) {
    output.note('A replay needs a terminal; for scripts there is opsconsole incidents show --json');
    return exitCodes.usage;
  }
  const recorded = recordedOf(machine, options, output, id);
  if (recorded === null) return exitCodes.usage;
  const { damage, events } = writtenOf(machine, recorded);
  if (damage !== null) output.note(damage);
  const incident = incidentOf(events);
  if (incident === null) {
    output.note(`No incident ${id} is recorded; see opsconsole incidents list`);
    return exitCodes.usage;
  }
  const library = composeLibrary(machine, options);
  const { clock } = machine;
  const file = recordingFile(recorded.folder, incident.id);
  const samples = samplesOf(file, incident.openedAt, (events.at(-1)?.at ?? 0) + AFTER_MS);
  const prepared = prepareReplay({ events, samples, incident, library, clock, speed });
  const { ports } = prepared;
  // What was noted lies behind the screen.
  if (damage !== null) ports.board.setState({ troubles: [damage] });
  const idle = createIdleCounter();
  const console = createConsole(ports, { idle });
  const socket = machine.env['OPSCONSOLE_IDLE_SOCKET'];
  const reporter = socket === undefined ? {} : { onSettled: connectIdleSocket(socket).report };
  const shown = { console, ports, appearance: appearanceOf(machine.env), stdin, stdout, idle };
  const draw = async () => {
    if (screenReader) {
      const { speakConsole } = await import('../views/speak.tsx');
      return speakConsole(shown);
    }
    const { renderConsole } = await import('../views/render.tsx');
    return renderConsole({ ...shown, ...reporter });
  };
  const screen = await draw();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, screen.unmount);
  try {
    await screen.waitUntilExit();
  } finally {
    console.close();
    prepared.close();
  }
  return exitCodes.done;
}
