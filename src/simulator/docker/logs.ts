import type { Line } from '../host/log-store.ts';
import { isUp } from '../world/container.ts';
import { type Ask, containerOf, isOn } from './engine.ts';
import { frame } from './frames.ts';
import { engineTime } from './words.ts';

/** Epoch ms of a time as a query tells it: seconds with fractions, or ISO 8601; null where it is none. */
export function queryTime(text: string | null): number | null {
  if (text === null || text === '' || text === '0') return null;
  const seconds = Number(text);
  const at = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(text);
  return Number.isNaN(at) ? null : at;
}

/** `GET /containers/ID/logs` */
export async function logs(ask: Ask): Promise<void> {
  const { engine, query, response, signal } = ask;
  const { host } = engine;
  const container = containerOf(ask);
  const { id } = container;
  const since = queryTime(query.get('since'));
  const until = queryTime(query.get('until'));
  const outside = (line: Line) => host.clock.outside(line.at);
  const stamped = isOn(ask, 'timestamps');
  const wanted = (line: Line) =>
    isOn(ask, line.stream) &&
    (since === null || outside(line) >= since) &&
    (until === null || outside(line) <= until);
  const write = (line: Line) => {
    const stamp = stamped ? `${engineTime(outside(line))} ` : '';
    if (wanted(line)) response.write(frame(line.stream, `${stamp}${line.text}\n`));
  };
  response.writeHead(200, { 'content-type': 'application/vnd.docker.multiplexed-stream' });
  response.flushHeaders();
  const tail = Number(query.get('tail') ?? 'all');
  const inTime = host.logs.of(id).filter((line) => since === null || outside(line) >= since);
  const last = Number.isInteger(tail) ? inTime.slice(Math.max(0, inTime.length - tail)) : inTime;
  for (const line of last) write(line);
  if (isOn(ask, 'follow') && (until === null || until > host.clock.outside(host.world().now))) {
    const end = host.logs.follow(id, write);
    const over = ({ containers }: ReturnType<typeof host.world>) => {
      const now = containers.get(id);
      return now === undefined || !(isUp(now) || now.state === 'restarting');
    };
    await host.until(over, signal).catch(() => undefined);
    end();
  }
  response.end();
}
