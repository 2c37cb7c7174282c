import { type Container, type Health, isUp } from './container.ts';
import { crashOf, isWell, programOf, startProgram } from './programs/programs.ts';
import { tell, type World } from './world.ts';

const FIRST_BACK_OFF_MS = 100;
const LAST_BACK_OFF_MS = 60_000;
/** A container that ran so long is started again at once. */
const RAN_WELL_MS = 10_000;
/** What a program takes to end when it is asked to. */
const ENDS_WITHIN_MS = 300;
const SIGKILL_CODE = 137;
const HEALTH_LOG_MAX = 5;
const HEALTH_OUTPUT = {
  well: '',
  ill: 'curl: (7) Failed to connect to localhost: Connection refused',
};

function firstHealth({ healthCheck }: Container, now: number): Health | null {
  if (healthCheck === null) return null;
  return { status: 'starting', failingStreak: 0, log: [], nextAt: now + healthCheck.intervalMs };
}

/** What the engine says of a port of the host that this container asks for and another holds; null where none is. */
function portTaken(world: World, container: Container): string | null {
  for (const { hostPort } of container.ports) {
    if (hostPort === null || hostPort === 0) continue;
    if (world.hostPorts.includes(hostPort)) {
      const why = `listen tcp4 0.0.0.0:${hostPort}: bind: address already in use`;
      return `Error starting userland proxy: ${why}`;
    }
    for (const other of world.containers.values()) {
      if (other === container || !isUp(other)) continue;
      const holds =
        other.networkMode === 'host'
          ? other.ports.some(({ containerPort }) => containerPort === hostPort)
          : other.ports.some((one) => one.hostPort === hostPort);
      if (holds) return `Bind for 0.0.0.0:${hostPort} failed: port is already allocated`;
    }
  }
  return null;
}

/**
 * Starts a container.
 * @returns why the engine cannot; null when it did
 */
export function start(world: World, container: Container): string | null {
  if (isUp(container)) return null;
  container.stoppedByHand = false;
  container.restartAt = null;
  container.thenStart = false;
  const taken = container.networkMode === 'host' ? null : portTaken(world, container);
  if (taken !== null) {
    const what = `driver failed programming external connectivity on endpoint ${container.name}`;
    const message = `${what}: ${taken}`;
    if (container.state === 'restarting') container.state = 'exited';
    container.error = message;
    container.exitCode = 128;
    container.finishedAt ??= world.now;
    return message;
  }
  container.state = 'running';
  container.startedAt = world.now;
  container.exitCode = 0;
  container.oomKilled = false;
  container.error = '';
  container.endsAt = null;
  container.pid = world.nextPid;
  world.nextPid += 7;
  container.health = firstHealth(container, world.now);
  tell(world, container, 'start');
  container.process = startProgram(world, container);
  return null;
}

function startsAgain({ restart, stoppedByHand, exitCode }: Container): boolean {
  if (stoppedByHand || restart === 'no') return false;
  return restart !== 'on-failure' || exitCode !== 0;
}

/** Ends its process now. @param exitCode what the engine tells of it */
function die(world: World, container: Container, exitCode: number): void {
  if (!isUp(container)) return;
  const ranMs = world.now - (container.startedAt ?? world.now);
  const { process } = container;
  if (process !== null) programOf(process).died?.(world, container, process);
  container.process = null;
  world.burdens = world.burdens.filter(
    ({ once, service }) => once !== true || service !== container.service,
  );
  container.exitCode = exitCode;
  container.finishedAt = world.now;
  container.endsAt = null;
  container.pid = 0;
  tell(world, container, 'die', { exitCode: String(exitCode) });
  if (container.thenStart) {
    container.state = 'exited';
    start(world, container);
    tell(world, container, 'restart');
    return;
  }
  if (!startsAgain(container)) {
    container.state = 'exited';
    container.health =
      container.health === null ? null : { ...container.health, status: 'unhealthy' };
    return;
  }
  container.state = 'restarting';
  container.backOffMs =
    ranMs >= RAN_WELL_MS
      ? FIRST_BACK_OFF_MS
      : Math.min(LAST_BACK_OFF_MS, Math.max(FIRST_BACK_OFF_MS, container.backOffMs * 2));
  container.restartAt = world.now + container.backOffMs;
}

/**
 * A frozen process hears nothing, and the first process of a container is spared by signals that it does not
 * ask for: such a one is killed when its time is over.
 */
function isDeaf({ process, state, stopSignal }: Container): boolean {
  return state === 'paused' || process?.kind === 'idle' || stopSignal === 'SIGKILL';
}

/** Asks its process to end, by hand; it does so a moment later. */
export function stop(world: World, container: Container, withinMs: number): void {
  container.stoppedByHand = true;
  container.restartAt = null;
  if (container.state === 'restarting') {
    container.state = 'exited';
    return;
  }
  if (!isUp(container)) return;
  tell(world, container, 'kill', { signal: '15' });
  if (isDeaf(container)) {
    const atOnce = container.stopSignal === 'SIGKILL';
    container.endsAt = world.now + (atOnce ? 0 : withinMs);
    return;
  }
  const { process } = container;
  if (process !== null) programOf(process).end?.(world, container, process);
  container.endsAt = world.now + Math.min(withinMs, ENDS_WITHIN_MS);
}

/** Kills its process. @param byHand its policy leaves it alone then */
export function kill(world: World, container: Container, byHand: boolean): void {
  if (byHand) container.stoppedByHand = true;
  tell(world, container, 'kill', { signal: '9' });
  die(world, container, SIGKILL_CODE);
}

/** The kernel ends a process that wants more memory than there is. */
function outOfMemory(world: World, container: Container): void {
  tell(world, container, 'oom');
  container.oomKilled = true;
  die(world, container, SIGKILL_CODE);
}

function checkHealth(world: World, container: Container): void {
  const { health, healthCheck, process, state } = container;
  if (health === null || healthCheck === null || process === null || state !== 'running') return;
  if (world.now < health.nextAt) return;
  const well = isWell(process, world.now);
  const inStart = world.now - (container.startedAt ?? 0) < healthCheck.startPeriodMs;
  const failingStreak = well ? 0 : health.failingStreak + Number(!inStart);
  const failed = failingStreak >= healthCheck.retries;
  const status = well ? 'healthy' : failed ? 'unhealthy' : health.status;
  const output = well ? HEALTH_OUTPUT.well : HEALTH_OUTPUT.ill;
  const entry = { at: world.now, endedAt: world.now + 20, exitCode: Number(!well), output };
  const log = [...health.log, entry].slice(-HEALTH_LOG_MAX);
  const nextAt = world.now + healthCheck.intervalMs;
  container.health = { status, failingStreak, log, nextAt };
  if (status !== health.status) tell(world, container, `health_status: ${status}`);
}

function checkMemory(world: World): void {
  let all = 0;
  let largest: Container | null = null;
  let most = 0;
  for (const container of world.containers.values()) {
    if (container.process === null) continue;
    const bytes = programOf(container.process).bytes(world, container.process);
    all += bytes;
    const limit = container.limits.memoryBytes;
    if (limit !== null && bytes > limit) outOfMemory(world, container);
    else if (bytes > most) {
      largest = container;
      most = bytes;
    }
  }
  if (all > world.site.host.memoryBytes && largest !== null) outOfMemory(world, largest);
}

/** What becomes of a container by itself: ends, begins again, is asked how it is. */
function tickContainer(world: World, container: Container): void {
  const { process } = container;
  if (container.endsAt !== null && world.now >= container.endsAt) {
    const again = container.thenStart;
    die(world, container, isDeaf(container) ? SIGKILL_CODE : 0);
    if (!again) tell(world, container, 'stop');
    return;
  }
  if (process !== null && container.state === 'running') {
    const crash = crashOf(process);
    if (crash !== null && world.now >= crash.at) {
      die(world, container, crash.exitCode);
      return;
    }
    programOf(process).tick?.(world, container, process);
  }
  if (container.state === 'restarting' && world.now >= (container.restartAt ?? 0)) {
    container.restartCount += 1;
    start(world, container);
  }
  checkHealth(world, container);
}

/** What becomes of all containers by themselves. */
export function tickContainers(world: World): void {
  for (const container of world.containers.values()) tickContainer(world, container);
  checkMemory(world);
}
