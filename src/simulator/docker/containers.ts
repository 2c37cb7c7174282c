import type { Change } from '../world/change.ts';
import { isUp } from '../world/container.ts';
import { inspection, listRow, statistics } from './container-json.ts';
import { limitsIn, restartIn, settingsFrom } from './create-body.ts';
import {
  type Ask,
  answer,
  containerOf,
  done,
  EngineRefusal,
  filterOf,
  isOn,
  objectIn,
} from './engine.ts';

/** How long a container has to end where nobody says. */
const STOP_SECONDS = 10;

/** Makes a change; what the world refuses is answered in its words. @returns what was made */
export function change({ engine }: Ask, wanted: Change): string {
  const { made, refused } = engine.host.change(wanted);
  if (refused !== null) throw new EngineRefusal(refused.status, refused.message);
  return made ?? '';
}

/** `GET /containers/json` */
export function list(ask: Ask): void {
  const { host } = ask.engine;
  const labels = filterOf(ask, 'label');
  const states = filterOf(ask, 'status');
  const names = filterOf(ask, 'name');
  const ids = filterOf(ask, 'id');
  const mounted = filterOf(ask, 'volume');
  const all = isOn(ask, 'all') || states.length > 0;
  const found = [...host.world().containers.values()].filter((container) => {
    const fits = labels.every((label) => {
      const [name = '', value] = label.split(/=(.*)/s);
      return name in container.labels && (value === undefined || container.labels[name] === value);
    });
    return (
      fits &&
      (all || isUp(container)) &&
      (states.length === 0 || states.includes(container.state)) &&
      (names.length === 0 || names.some((name) => `/${container.name}`.includes(name))) &&
      (mounted.length === 0 || container.volumes.some(([one]) => mounted.includes(one))) &&
      (ids.length === 0 || ids.some((id) => container.id.startsWith(id)))
    );
  });
  const newest = found.sort((a, b) => b.createdAt - a.createdAt);
  answer(
    ask,
    newest.map((container) => listRow(ask.engine, container)),
  );
}

/** `GET /containers/ID/json` */
export function inspect(ask: Ask): void {
  answer(ask, inspection(ask.engine, containerOf(ask)));
}

/** `GET /containers/ID/stats` */
export async function stats(ask: Ask): Promise<void> {
  const container = containerOf(ask);
  if (ask.query.get('stream') === 'false' || ask.query.get('stream') === '0') {
    return answer(ask, statistics(ask.engine, container));
  }
  const { engine, response, signal } = ask;
  response.writeHead(200, { 'content-type': 'application/json' });
  let at = 0;
  while (!signal.aborted) {
    const now = engine.host.world().containers.get(container.id);
    if (now === undefined) break;
    response.write(`${JSON.stringify(statistics(engine, now))}\n`);
    at = engine.host.clock.now() + 1000;
    await engine.host.until((world) => world.now >= at, signal).catch(() => undefined);
  }
  response.end();
}

/** `POST /containers/create` */
export function create(ask: Ask): void {
  const given = ask.query.get('name');
  const name = given ?? `quiet_${Math.random().toString(36).slice(2, 10)}`;
  const settings = settingsFrom(ask.body, name.replace(/^\//, ''));
  answer(ask, { Id: change(ask, { kind: 'create', settings }), Warnings: [] }, 201);
}

/** `POST /containers/ID/start` */
export function start(ask: Ask): void {
  const { id } = containerOf(ask);
  change(ask, { kind: 'start', container: id });
  done(ask);
}

function secondsOf({ query }: Ask): number {
  const text = query.get('t') ?? query.get('timeout');
  const seconds = Number(text ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : STOP_SECONDS;
}

/** `POST /containers/ID/stop` */
export async function stop(ask: Ask): Promise<void> {
  const { id } = containerOf(ask);
  change(ask, { kind: 'stop', container: id, withinMs: secondsOf(ask) * 1000 });
  await ask.engine.host.until(({ containers }) => {
    const now = containers.get(id);
    return now === undefined || !isUp(now);
  }, ask.signal);
  done(ask);
}

/** `POST /containers/ID/restart` */
export async function restart(ask: Ask): Promise<void> {
  const { id, startedAt } = containerOf(ask);
  change(ask, { kind: 'restart', container: id, withinMs: secondsOf(ask) * 1000 });
  await ask.engine.host.until(({ containers }) => {
    const now = containers.get(id);
    return now === undefined || now.startedAt !== startedAt || (!isUp(now) && !now.thenStart);
  }, ask.signal);
  const error = ask.engine.host.world().containers.get(id)?.error ?? '';
  if (error !== '') throw new EngineRefusal(500, error);
  done(ask);
}

const ENDING = ['TERM', 'SIGTERM', '15', 'INT', 'SIGINT', '2', 'QUIT', 'SIGQUIT', '3'];

/** `POST /containers/ID/kill` */
export function kill(ask: Ask): void {
  const { id } = containerOf(ask);
  const signal = ask.query.get('signal') ?? 'KILL';
  if (/^(?:SIG)?HUP$|^1$/.test(signal)) change(ask, { kind: 'reload', container: id });
  else if (ENDING.includes(signal)) change(ask, { kind: 'stop', container: id, withinMs: 600_000 });
  else change(ask, { kind: 'kill', container: id, byHand: true });
  done(ask);
}

/** `POST /containers/ID/pause` and `…/unpause` */
export function pause(ask: Ask): void {
  const kind = ask.request.url?.includes('/unpause') ? 'unpause' : 'pause';
  change(ask, { kind, container: containerOf(ask).id });
  done(ask);
}

/** `POST /containers/ID/wait` */
export async function wait(ask: Ask): Promise<void> {
  const { id } = containerOf(ask);
  const { host } = ask.engine;
  ask.response.writeHead(200, { 'content-type': 'application/json' });
  ask.response.flushHeaders();
  const over = () => {
    const now = host.world().containers.get(id);
    return now === undefined || now.state === 'exited';
  };
  await host.until(over, ask.signal);
  const code = host.world().containers.get(id)?.exitCode ?? 0;
  ask.response.end(JSON.stringify({ StatusCode: code }));
}

/** `DELETE /containers/ID` */
export function remove(ask: Ask): void {
  change(ask, { kind: 'remove', container: containerOf(ask).id, force: isOn(ask, 'force') });
  done(ask);
}

/** `POST /containers/ID/rename` */
export function rename(ask: Ask): void {
  const name = (ask.query.get('name') ?? '').replace(/^\//, '');
  if (name === '') throw new EngineRefusal(400, 'Neither old nor new names may be empty');
  change(ask, { kind: 'rename', container: containerOf(ask).id, name });
  done(ask);
}

/** `POST /containers/ID/update` */
export function update(ask: Ask): void {
  const container = containerOf(ask);
  const limits = limitsIn(ask.body);
  const memory = limits.memoryBytes ?? container.limits.memoryBytes;
  const swap = limits.memorySwapBytes ?? container.limits.memorySwapBytes;
  if (memory !== null && swap !== null && swap > 0 && memory > swap) {
    const words = 'Memory limit should be smaller than already set memoryswap limit';
    throw new EngineRefusal(409, `Cannot update container ${container.id}: ${words}`);
  }
  change(ask, { kind: 'update', container: container.id, limits, restart: restartIn(ask.body) });
  answer(ask, { Warnings: null });
}

/** `POST /networks/NAME/connect` and `…/disconnect` */
export function network(ask: Ask): void {
  const [name = ''] = ask.params;
  const { host } = ask.engine;
  const found = host.world().networks.find((one) => one.name === name || one.id === name);
  const reference = String(ask.body['Container'] ?? '');
  const container = containerOf({ ...ask, params: [reference] }).id;
  const aliases = objectIn(ask.body['EndpointConfig'])['Aliases'];
  const join = !ask.request.url?.includes('/disconnect');
  const where = { container, network: found?.name ?? name };
  if (join) {
    const names = Array.isArray(aliases) ? aliases.map(String) : [];
    change(ask, { kind: 'connect', ...where, aliases: names });
  } else change(ask, { kind: 'disconnect', ...where });
  done(ask, 200);
}
