import { isUp } from '../world/container.ts';
import { programOf } from '../world/programs/programs.ts';
import { type Ask, answer, containerOf, EngineRefusal } from './engine.ts';

/** Processes that are told one by one. */
const TOLD_MAX = 40;

/** `GET /containers/ID/top`: the first process, and those it has started. */
export function top(ask: Ask): void {
  const container = containerOf(ask);
  const { command, pid, process, startedAt } = container;
  const { host } = ask.engine;
  const world = host.world();
  if (!isUp(container) || process === null) {
    throw new EngineRefusal(409, `container ${container.id} is not running`);
  }
  const seconds = String(Math.round(host.clock.lasts(world.now - (startedAt ?? world.now)) / 1000));
  const children = programOf(process).children?.(world, container, process) ?? [];
  const rows = children.slice(0, TOLD_MAX).map((child, place) => {
    return [String(pid + place + 1), String(pid), seconds, child];
  });
  answer(ask, {
    Titles: ['PID', 'PPID', 'ELAPSED', 'COMMAND'],
    Processes: [[String(pid), '1', seconds, command.join(' ')], ...rows],
  });
}
