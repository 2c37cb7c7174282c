import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Caller } from '../compose/command.ts';
import { composeCommand } from '../compose/command.ts';
import type { Host } from '../host/host.ts';
import { type Container, isUp } from '../world/container.ts';
import type { SystemDescription } from '../world/system.ts';
import { containerBy } from '../world/world.ts';

/** What a called tool works on. */
export interface Toolbox {
  readonly host: Host;
  readonly scripts: NonNullable<SystemDescription['scripts']>;
}

type Tool = (
  box: Toolbox,
  words: readonly string[],
  folder: string,
  caller: Caller,
) => Promise<number>;

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

const docker: Tool = async (box, [verb = '', ...words], folder, caller) => {
  if (verb === 'compose') {
    return composeCommand(box.host, { words, folder }, caller);
  }
  if (verb === 'ps') return listed(box, words, caller);
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

/** Runs a script of the project that the world knows. */
const python: Tool = async ({ scripts }, [script = ''], folder, { err, out }) => {
  const known = scripts[script];
  if (known === undefined) {
    err(`python3: can't open file '${join(folder, script)}': [Errno 2] No such file or directory`);
    return 2;
  }
  await writeFile(join(folder, known.path), known.text);
  out(`wrote ${known.path}`);
  return 0;
};

const tools: Readonly<Record<string, Tool>> = {
  docker,
  python3: python,
  'docker-compose': (box, words, folder, caller) =>
    composeCommand(box.host, { words, folder }, caller),
};

/** The names of the tools that stand on the private PATH. */
export const toolNames: readonly string[] = Object.keys(tools);

/**
 * Does what a tool of the command line would do, on the world.
 * @param words its name, as it was called, and its arguments
 * @returns its exit code
 */
export function callTool(
  box: Toolbox,
  [name = '', ...words]: readonly string[],
  folder: string,
  caller: Caller,
): Promise<number> {
  const tool = tools[name];
  if (tool !== undefined) return tool(box, words, folder, caller);
  caller.err(`${name} is not simulated here`);
  return Promise.resolve(127);
}
