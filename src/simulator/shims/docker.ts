import { composeCommand } from '../compose/command.ts';
import type { Caller } from '../compose/failure.ts';
import { type Container, isUp } from '../world/container.ts';
import { containerBy } from '../world/world.ts';
import { imageVerbs } from './docker-images.ts';
import type { Tool, Toolbox } from './tool.ts';

function containerOf({ host }: Toolbox, name: string, { err }: Caller): Container | null {
  const container = containerBy(host.world(), name);
  if (container === null) err(`Error response from daemon: No such container: ${name}`);
  return container;
}

const listed = (box: Toolbox, words: readonly string[], { out }: Caller): number => {
  const all = words.includes('-a') || words.includes('--all');
  out('CONTAINER ID   IMAGE                  STATUS       NAMES');
  for (const one of box.host.world().containers.values()) {
    if (!all && !isUp(one)) continue;
    const status = one.health === null ? one.state : `${one.state} (${one.health.status})`;
    out(`${one.id.slice(0, 12)}   ${one.image.padEnd(22)} ${status.padEnd(12)} ${one.name}`);
  }
  return 0;
};

const KINDS = {
  start: 'start',
  stop: 'stop',
  restart: 'restart',
  pause: 'pause',
  unpause: 'unpause',
} as const;

function changed(
  box: Toolbox,
  verb: keyof typeof KINDS | 'kill' | 'rm',
  name: string,
  caller: Caller,
) {
  const container = containerOf(box, name, caller);
  if (container === null) return 1;
  const target = { container: container.id };
  const change =
    verb === 'kill'
      ? ({ kind: 'kill', ...target, byHand: true } as const)
      : verb === 'rm'
        ? ({ kind: 'remove', ...target, force: true } as const)
        : ({ kind: KINDS[verb], ...target, withinMs: 10_000 } as const);
  const { refused } = box.host.change(change);
  if (refused !== null && refused.status !== 304) {
    caller.err(`Error response from daemon: ${refused.message}`);
    return 1;
  }
  caller.out(name);
  return 0;
}

const CHANGING = ['start', 'stop', 'restart', 'pause', 'unpause', 'kill', 'rm'] as const;

/** The engine's command line. */
export const docker: Tool = async (box, [verb = '', ...words], folder, caller) => {
  if (verb === 'compose') {
    return composeCommand(box.host, { words, folder }, caller);
  }
  if (verb === 'ps') return listed(box, words, caller);
  const made = imageVerbs[verb];
  if (made !== undefined) {
    try {
      return await made(box, words, caller);
    } catch (thrown) {
      caller.err(thrown instanceof Error ? thrown.message : String(thrown));
      return 1;
    }
  }
  const names = words.filter((word) => !word.startsWith('-') && !/^\d+$/.test(word));
  const change = CHANGING.find((one) => one === verb);
  if (change !== undefined) {
    return Math.max(0, ...names.map((name) => changed(box, change, name, caller)));
  }
  if (verb === 'logs') {
    const container = containerOf(box, names[0] ?? '', caller);
    if (container === null) return 1;
    for (const { text } of box.host.logs.of(container.id)) caller.out(text);
    return 0;
  }
  if (verb === '--version' || verb === 'version') {
    caller.out('Docker version 26.1.4 (simulated)');
    return 0;
  }
  caller.err(`docker ${verb} is not simulated here`);
  return 125;
};
