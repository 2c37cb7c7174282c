import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { OperatorError } from '../../domain/operator-error.ts';
import { sanitizeLine } from '../../domain/sanitize.ts';
import { shellWords } from '../../domain/shell-word.ts';
import type { ActionContext } from '../contract.ts';
import type { DockerClient } from './client.ts';
import { composeProjectFrom } from './compose.ts';
import type { ComposeOf } from './compose-command.ts';
import type { Selected } from './lookup.ts';

/** Time to end in order once the change is given up. */
const KILL_AFTER_MS = 5000;
/** The names compose itself accepts: none of them can be read as an option. */
const NAME = /^[\dA-Za-z][\w.-]*$/;

/** How compose is called for a project, on the host that has its files. */
export interface ComposeCall {
  /** Program and arguments up to the verb. */
  readonly prefix: readonly string[];
  readonly folder: string;
  readonly dockerHost: string;
  /** SHA-256 of the files and of `.env`: what compose would make of the project. */
  readonly filesHash: string;
}

async function digest(files: readonly string[], optional: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const file of files) hash.update(await readFile(file)).update('\0');
  for (const file of optional) hash.update(await readFile(file).catch(() => '')).update('\0');
  return hash.digest('hex');
}

async function readable(path: string): Promise<boolean> {
  return access(path, constants.R_OK).then(
    () => true,
    () => false,
  );
}

/** @throws OperatorError for a name that compose would not have made */
function checkName(name: string): string {
  if (NAME.test(name)) return name;
  throw new OperatorError('failed', `${sanitizeLine(name)} is no name of a compose service`);
}

/**
 * Finds how to call compose for the project of what was selected: this host's command, and the folder and
 * files its containers' labels name.
 *
 * @param verb the words after the files, for what is said when it cannot be called here
 * @throws OperatorError('missing') saying which of them this host lacks, and what to type where
 */
export async function composeCall(
  client: DockerClient,
  composeOf: ComposeOf,
  { all, project }: { readonly all: Selected['all']; readonly project: string },
  verb: readonly string[],
): Promise<ComposeCall> {
  checkName(project);
  const { folder, files } = composeProjectFrom(all, project);
  if (folder === null || files.length === 0) {
    const message = `No container of project ${project} tells where its compose files are`;
    const words = shellWords(['docker', 'compose', '-p', project, ...verb]);
    throw new OperatorError('missing', message, `in their folder: ${words}`);
  }
  const paths = files.map((file) => (isAbsolute(file) ? file : join(folder, file)));
  const inFolder = shellWords(['docker', 'compose', ...verb]);
  for (const path of paths) {
    if (await readable(path)) continue;
    const message = `The compose file ${path} of project ${project} cannot be read on this host`;
    const mend = `on the host that has it: cd ${shellWords([folder])} && ${inFolder}`;
    throw new OperatorError('missing', message, mend);
  }
  const command = await composeOf(client.host).command();
  if (command === null) {
    const message = 'This host has neither docker compose nor docker-compose';
    throw new OperatorError('missing', message, 'install the compose plugin of docker');
  }
  const fileOptions = paths.flatMap((path) => ['-f', path]);
  return {
    prefix: [...command, '-p', project, '--project-directory', folder, ...fileOptions],
    folder,
    dockerHost: client.host,
    filesHash: await digest(paths, [join(folder, '.env')]),
  };
}

/** The words of `up` that make services anew, and nothing beside them. */
export function recreateVerb(services: readonly string[], stopSeconds: number): readonly string[] {
  const names = services.map(checkName);
  const how = ['--detach', '--no-deps', '--no-build', '--force-recreate'];
  return ['up', ...how, '--timeout', String(stopSeconds), ...names];
}

/** The words of `up` that bring a service to `count` containers, and leave those there are. */
export function scaleVerb(service: string, count: number): readonly string[] {
  const how = ['--detach', '--no-deps', '--no-build', '--no-recreate'];
  return ['up', ...how, '--scale', `${checkName(service)}=${count}`, service];
}

/**
 * Runs compose and hands on what it says line by line. It is ended when the context's signal is aborted.
 * @throws OperatorError with its last words when it fails
 */
export async function runCompose(
  call: ComposeCall,
  verb: readonly string[],
  context: ActionContext,
): Promise<void> {
  const { execa } = await import('execa');
  const [program = '', ...args] = [...call.prefix, ...verb];
  const process = execa(program, args, {
    cwd: call.folder,
    // What is set for a project in the operator's shell must not become part of another.
    env: {
      DOCKER_HOST: call.dockerHost,
      COMPOSE_FILE: undefined,
      COMPOSE_PROJECT_NAME: undefined,
      COMPOSE_PROFILES: undefined,
    },
    stdin: 'ignore',
    all: true,
    buffer: false,
    reject: false,
    cancelSignal: context.signal,
    forceKillAfterDelay: KILL_AFTER_MS,
  });
  let last = '';
  for await (const line of process.iterable({ from: 'all' })) {
    const text = sanitizeLine(String(line)).trim();
    if (text === '') continue;
    context.output(text);
    last = text;
  }
  const { exitCode, failed, isCanceled } = await process;
  if (isCanceled) context.signal.throwIfAborted();
  if (!failed) return;
  const how = exitCode === undefined ? 'was ended' : `ended with exit ${exitCode}`;
  const words = last === '' ? '' : `: ${last}`;
  const message = `compose ${how}${words}`;
  throw new OperatorError('failed', message, 'correct what it names, then look at the service');
}
