import { connectionsUsed, type Session } from '../../postgres/world.ts';
import type { Container } from '../container.ts';
import type { Burden, BurdenSessions, World } from '../world.ts';
import { databaseOf, moveDatabase, type PostgresProcess } from './postgres.ts';

/** How often the world moves. */
const STEP_SECONDS = 0.1;

function begin(
  world: World,
  process: PostgresProcess,
  { clients, name }: Burden,
  wanted: BurdenSessions,
  there: number,
): void {
  const { bytesPerSecond: _, forMs, read, ...session } = wanted;
  const waits = read === 'slowly' ? { waitEventType: 'Client', waitEvent: 'ClientWrite' } : {};
  const since = world.now - forMs;
  for (let n = there; n < clients; n += 1) {
    const { state } = databaseOf(world, process);
    if (connectionsUsed(state) >= Number(state.settings['max_connections']?.value)) return;
    const times = { backendStart: since - 1000, queryStart: since, stateChange: since };
    const own = { pid: state.nextPid, application: name, client: '172.19.0.30' };
    const begun = { ...session, ...own, ...times, ...waits, transactionStart: since };
    moveDatabase(world, process, { kind: 'connect', session: begun });
  }
}

/** Lets those who burden a database hold their sessions there, write, and come back. */
export function bearBurdens(world: World, container: Container, process: PostgresProcess): void {
  for (const burden of world.burdens) {
    const { sessions: wanted } = burden;
    if (wanted === undefined || burden.service !== container.service) continue;
    const { state } = databaseOf(world, process);
    const own = state.sessions.filter(({ application }) => application === burden.name);
    const atIt = own.filter((session: Session) => session.state === wanted.state).length;
    const over = burden.once === true && burden.begun === true && atIt === 0;
    if (over) {
      world.burdens = world.burdens.filter((one) => one !== burden);
      continue;
    }
    if (burden.begun !== true) {
      world.burdens = world.burdens.map((one) => (one === burden ? { ...one, begun: true } : one));
    }
    if (burden.once !== true || burden.begun !== true) {
      begin(world, process, burden, wanted, own.length);
    }
    const bytes = atIt * (wanted.bytesPerSecond ?? 0) * STEP_SECONDS;
    if (bytes === 0) continue;
    const { position } = databaseOf(world, process).state;
    const patch = { position: position + Math.round(bytes) };
    moveDatabase(world, process, { kind: 'told', patch });
  }
}
