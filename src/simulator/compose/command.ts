import { resolve } from 'node:path';
import type { Host } from '../host/host.ts';
import { isUp } from '../world/container.ts';
import { ofService } from '../world/world.ts';
import { bringUp, type UpOptions } from './bring-up.ts';
import { type Caller, CommandFailure, make } from './failure.ts';
import { buildServices, pullServices, servicesNamed } from './images.ts';
import { type Project, readProject } from './project.ts';
import { runOnce } from './run.ts';

/** A command line that was called in a folder. */
export interface Called {
  readonly words: readonly string[];
  readonly folder: string;
}

interface Line {
  readonly options: ReadonlyMap<string, readonly string[]>;
  readonly rest: readonly string[];
}

/** Options that take a value; all others are switches. */
const VALUED = [
  '-p',
  '--project-name',
  '--project-directory',
  '-f',
  '--file',
  '--timeout',
  '-t',
].concat([
  '--scale',
  '--tail',
  '-n',
  '--since',
  '--env-file',
  '--profile',
  '--signal',
  '-s',
  '--pull',
]);

/** Takes a command line apart up to its first word that is no option, or all of it. */
function parse(words: readonly string[], whole: boolean): Line {
  const options = new Map<string, readonly string[]>();
  const rest: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (!word.startsWith('-')) {
      rest.push(...(whole ? [word] : words.slice(at)));
      if (!whole) break;
      continue;
    }
    const [name = '', joined] = word.split(/=(.*)/s);
    const valued = VALUED.includes(name);
    const value = joined ?? (valued ? (words[at + 1] ?? '') : '');
    if (valued && joined === undefined) at += 1;
    options.set(name, [...(options.get(name) ?? []), value]);
  }
  return { options, rest };
}

const first = ({ options }: Line, ...names: readonly string[]) =>
  names.map((name) => options.get(name)?.[0]).find((value) => value !== undefined);

function upOptions(line: Line): UpOptions {
  const scale = (line.options.get('--scale') ?? []).map((text) => {
    const [service = '', count = ''] = text.split('=');
    return [service, Number(count)] as const;
  });
  const always = line.options.has('--force-recreate');
  const never = line.options.has('--no-recreate');
  return {
    services: line.rest,
    withDependencies: !line.options.has('--no-deps'),
    recreate: always ? 'always' : never ? 'never' : 'changed',
    stopMs: Number(first(line, '--timeout', '-t') ?? 10) * 1000,
    scale: Object.fromEntries(scale),
    startsThem: !line.options.has('--no-start'),
  };
}

function chosen(host: Host, project: Project, services: readonly string[]) {
  const names = services.length > 0 ? services : project.services.map(({ name }) => name);
  const unknown = names.find((name) => !project.services.some((one) => one.name === name));
  if (unknown !== undefined) throw new CommandFailure(`no such service: ${unknown}`);
  return names.flatMap((name) => ofService(host.world(), name));
}

async function ended(host: Host, id: string, signal: AbortSignal): Promise<void> {
  await host.until(({ containers }) => {
    const now = containers.get(id);
    return now === undefined || !isUp(now);
  }, signal);
}

type Verb = (host: Host, project: Project, line: Line, caller: Caller) => Promise<void> | void;

const stop: Verb = async (host, project, line, { err, signal }) => {
  const withinMs = Number(first(line, '--timeout', '-t') ?? 10) * 1000;
  for (const { id, name, state } of chosen(host, project, line.rest)) {
    if (state === 'exited' || state === 'created') continue;
    make(host, { kind: 'stop', container: id, withinMs });
    await ended(host, id, signal);
    err(` Container ${name}  Stopped`);
  }
};

const start: Verb = (host, project, line, { err }) => {
  for (const { id, name } of chosen(host, project, line.rest)) {
    make(host, { kind: 'start', container: id });
    err(` Container ${name}  Started`);
  }
};

const restart: Verb = async (host, project, line, { err, signal }) => {
  const withinMs = Number(first(line, '--timeout', '-t') ?? 10) * 1000;
  for (const { id, name, startedAt } of chosen(host, project, line.rest)) {
    make(host, { kind: 'restart', container: id, withinMs });
    await host.until(({ containers }) => {
      const now = containers.get(id);
      return now === undefined || (isUp(now) && now.startedAt !== startedAt);
    }, signal);
    err(` Container ${name}  Started`);
  }
};

const kill: Verb = (host, project, line, { err }) => {
  for (const { id, name, state } of chosen(host, project, line.rest)) {
    if (state !== 'running' && state !== 'paused') continue;
    make(host, { kind: 'kill', container: id, byHand: true });
    err(` Container ${name}  Killed`);
  }
};

const remove: Verb = async (host, project, line, caller) => {
  if (line.options.has('-s') || line.options.has('--stop')) await stop(host, project, line, caller);
  for (const { id, name, state } of chosen(host, project, line.rest)) {
    if (state === 'running' || state === 'paused') continue;
    make(host, { kind: 'remove', container: id, force: true });
    caller.err(` Container ${name}  Removed`);
  }
};

const down: Verb = async (host, project, line, caller) => {
  await stop(host, project, { ...line, rest: [] }, caller);
  await remove(host, project, { ...line, rest: [], options: new Map() }, caller);
};

const ps: Verb = (host, project, line, { out }) => {
  const all = line.options.has('-a') || line.options.has('--all');
  const shown = chosen(host, project, line.rest).filter((one) => all || isUp(one));
  if (line.options.has('-q')) return void shown.forEach(({ id }) => void out(id));
  out('NAME                 IMAGE                SERVICE      STATUS');
  for (const { name, image, service, state, health } of shown) {
    const status = health === null ? state : `${state} (${health.status})`;
    out(`${name.padEnd(20)} ${image.padEnd(20)} ${(service ?? '').padEnd(12)} ${status}`);
  }
};

const logs: Verb = (host, project, line, { out }) => {
  const asked = first(line, '--tail', '-n');
  const tail = asked === undefined || asked === 'all' ? Number.POSITIVE_INFINITY : Number(asked);
  const bare = line.options.has('--no-log-prefix');
  for (const { id, name } of chosen(host, project, line.rest)) {
    const lines = host.logs.of(id);
    for (const { text } of lines.slice(Math.max(0, lines.length - tail))) {
      out(bare ? text : `${name}  | ${text}`);
    }
  }
};

const config: Verb = (_host, project, line, { out }) => {
  if (line.options.has('--services')) for (const { name } of project.services) out(name);
  else if (!line.options.has('-q') && !line.options.has('--quiet')) out(`name: ${project.name}`);
};

/** Of all verbs the one with an exit code of its own: that of the command. */
function run(host: Host, project: Project, line: Line, caller: Caller): Promise<number> {
  const [service = '', ...command] = line.rest;
  return runOnce(host, project, { service, command, remove: line.options.has('--rm') }, caller);
}

const verbs: Readonly<Record<string, Verb>> = {
  up: async (host, project, line, { err, signal }) => {
    const services = servicesNamed(project, line.rest);
    if (line.options.has('--build')) await buildServices(host, services, err, signal);
    await bringUp(host, project, upOptions(line), err, signal);
  },
  pull: (host, project, line, { err, signal }) =>
    pullServices(host, servicesNamed(project, line.rest), err, signal),
  build: (host, project, line, { err, signal }) =>
    buildServices(host, servicesNamed(project, line.rest), err, signal),
  create: (host, project, line, { err, signal }) =>
    bringUp(host, project, { ...upOptions(line), startsThem: false }, err, signal),
  stop,
  start,
  restart,
  kill,
  rm: remove,
  down,
  ps,
  logs,
  config,
};

/**
 * Does what `docker compose WORDS…` does, on the world.
 * @returns its exit code
 */
export async function composeCommand(
  host: Host,
  { words, folder }: Called,
  caller: Caller,
): Promise<number> {
  const before = parse(words, false);
  const [verb = 'help', ...rest] = before.rest;
  if (verb === 'version') {
    caller.out('Docker Compose version v2.27.0 (simulated)');
    return 0;
  }
  const called = verbs[verb];
  try {
    if (called === undefined && verb !== 'run') {
      throw new CommandFailure(
        `docker compose ${verb} is not simulated; there is ${Object.keys(verbs).join(', ')}`,
      );
    }
    const where = resolve(folder, first(before, '--project-directory') ?? '.');
    const named = first(before, '-p', '--project-name');
    const { project, separator } = host.world();
    const files = [...(before.options.get('-f') ?? []), ...(before.options.get('--file') ?? [])];
    const read = await readProject(
      where,
      { project: named ?? project, separator },
      files.length > 0 ? files : undefined,
    );
    // What stands behind the service of `run` is the command's own.
    if (called === undefined) return await run(host, read, parse(rest, false), caller);
    await called(host, read, parse(rest, true), caller);
    return 0;
  } catch (thrown) {
    caller.err(thrown instanceof Error ? thrown.message : String(thrown));
    return thrown instanceof CommandFailure ? thrown.exitCode : 1;
  }
}
