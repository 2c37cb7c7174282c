import type { EventHappening, World } from '../world/world.ts';
import { type Ask, filterOf } from './engine.ts';
import { queryTime } from './logs.ts';

function wire(event: EventHappening, at: number) {
  const { action, attributes, id, type } = event;
  return {
    status: action,
    id,
    ...(type === 'container' ? { from: attributes['image'] ?? '' } : {}),
    Type: type,
    Action: action,
    Actor: { ID: id, Attributes: attributes },
    scope: 'local',
    time: Math.floor(at / 1000),
    timeNano: Math.floor(at) * 1e6,
  };
}

/** `GET /events` */
export async function events(ask: Ask): Promise<void> {
  const { engine, query, response, signal } = ask;
  const { clock, events: store } = engine.host;
  const types = filterOf(ask, 'type');
  const actions = filterOf(ask, 'event');
  const containers = filterOf(ask, 'container');
  const labels = filterOf(ask, 'label');
  const since = queryTime(query.get('since'));
  const until = queryTime(query.get('until'));
  const fits = ({ type, action, id, attributes }: EventHappening) =>
    (types.length === 0 || types.includes(type)) &&
    // `health_status: healthy` is an event of `health_status`, `exec_start: sh` one of `exec_start`.
    (actions.length === 0 || actions.includes(action.split(':')[0] ?? '')) &&
    (containers.length === 0 ||
      containers.includes(id) ||
      containers.includes(attributes['name'] ?? '')) &&
    labels.every((label) => {
      const [name = '', value] = label.split(/=(.*)/s);
      return name in attributes && (value === undefined || attributes[name] === value);
    });
  const write = (event: EventHappening) => {
    const at = clock.outside(event.at);
    const inTime = (since === null || at >= since) && (until === null || at <= until);
    if (fits(event) && inTime) response.write(`${JSON.stringify(wire(event, at))}\n`);
  };
  engine.host.world();
  response.writeHead(200, { 'content-type': 'application/json' });
  response.flushHeaders();
  if (since !== null) for (const event of store.past()) write(event);
  const end = store.follow(write);
  signal.addEventListener('abort', end, { once: true });
  if (until === null) return;
  const isOver = ({ now }: World) => until <= clock.outside(now);
  await engine.host.until(isOver, signal).catch(() => undefined);
  end();
  response.end();
}
