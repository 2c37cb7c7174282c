import { OperatorError } from '../../domain/operator-error.ts';
import type { DockerClient } from './client.ts';
import { type ContainerConfig, decodeConfig } from './decode-config.ts';
import { decodeDisk, decodeImages, type EngineDisk, type EngineImage } from './decode-images.ts';
import { decodeEvent, type EngineEvent } from './decode-stream.ts';
import {
  decoding,
  idIn,
  maybeNumber,
  maybeText,
  objectIn,
  objectOf,
  textIn,
  type Wire,
} from './wire.ts';

// The calls of probes and actions, beside those the client has names for. Ids come from the engine's
// own answers; references were checked by those who pass them.

/** What a stop or a removal may take beyond the time given to the processes. */
const MARGIN_MS = 30_000;
/** The accounting walks every layer. */
const DISK_TIMEOUT_MS = 60_000;

/** How a container was made, and what it may use. */
export async function configOf(
  client: DockerClient,
  id: string,
  signal: AbortSignal,
): Promise<ContainerConfig> {
  return decodeConfig(await client.send({ method: 'GET', path: `/containers/${id}/json` }, signal));
}

/** Asks its processes to end, kills them after `stopSeconds`; no error when it is stopped already. */
export async function stopContainer(
  client: DockerClient,
  id: string,
  stopSeconds: number,
  signal: AbortSignal,
): Promise<void> {
  await client.send(
    {
      method: 'POST',
      path: `/containers/${id}/stop`,
      query: { t: stopSeconds },
      timeoutMs: stopSeconds * 1000 + MARGIN_MS,
    },
    signal,
  );
}

/** Starts it; no error when it runs already. */
export async function startContainer(client: DockerClient, id: string, signal: AbortSignal) {
  const path = `/containers/${id}/start`;
  await client.send({ method: 'POST', path, timeoutMs: MARGIN_MS }, signal);
}

/** Removes a container that does not run, or one that does with `force`; its volumes stay. */
export async function removeContainer(
  client: DockerClient,
  id: string,
  force: boolean,
  signal: AbortSignal,
) {
  const path = `/containers/${id}`;
  await client.send({ method: 'DELETE', path, query: { force }, timeoutMs: MARGIN_MS }, signal);
}

/** @returns the id of the container that was made, not yet started */
export async function createContainer(
  client: DockerClient,
  name: string,
  body: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): Promise<string> {
  const request = { method: 'POST', path: '/containers/create', query: { name }, body } as const;
  const answer = await client.send({ ...request, timeoutMs: MARGIN_MS }, signal);
  return decoding('the creation of a container', () => idIn(objectOf(answer, 'answer'), 'Id'));
}

/** Joins a container to a network under further names. */
export async function joinNetwork(
  client: DockerClient,
  network: string,
  id: string,
  endpoint: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
) {
  const path = `/networks/${encodeURIComponent(network)}/connect`;
  const body = { Container: id, EndpointConfig: endpoint };
  await client.send({ method: 'POST', path, body }, signal);
}

/** Changes what a container may use; the engine's own field names and units. */
export async function updateContainer(
  client: DockerClient,
  id: string,
  body: Readonly<Record<string, number>>,
  signal: AbortSignal,
) {
  const path = `/containers/${id}/update`;
  await client.send({ method: 'POST', path, body, timeoutMs: MARGIN_MS }, signal);
}

/** All images that are no mere layers of others, newest first. */
export async function listImages(
  client: DockerClient,
  signal: AbortSignal,
): Promise<readonly EngineImage[]> {
  return decodeImages(await client.send({ method: 'GET', path: '/images/json' }, signal));
}

/** @param image its id; @param ref `repository:tag` that names it from now on */
export async function tagImage(
  client: DockerClient,
  image: string,
  { repo, tag }: { readonly repo: string; readonly tag: string },
  signal: AbortSignal,
) {
  const path = `/images/${image}/tag`;
  await client.send({ method: 'POST', path, query: { repo, tag } }, signal);
}

/** Takes away a tag, or an image that has none. */
export async function removeImage(client: DockerClient, ref: string, signal: AbortSignal) {
  await client.send({ method: 'DELETE', path: `/images/${ref}`, timeoutMs: MARGIN_MS }, signal);
}

/** Removes one entry of the build cache. */
export async function removeBuildCache(client: DockerClient, id: string, signal: AbortSignal) {
  const query = { all: true, filters: { id: [id] } };
  await client.send({ method: 'POST', path: '/build/prune', query, timeoutMs: MARGIN_MS }, signal);
}

/** What images, containers, volumes and the build cache take. Slow where there is much. */
export async function diskOf(client: DockerClient, signal: AbortSignal): Promise<EngineDisk> {
  const request = { method: 'GET', path: '/system/df', timeoutMs: DISK_TIMEOUT_MS } as const;
  return decodeDisk(await client.send(request, signal));
}

/** The engine's host. */
export async function hostOf(
  client: DockerClient,
  signal: AbortSignal,
): Promise<{ readonly memoryBytes: number; readonly cpus: number }> {
  const answer = await client.send({ method: 'GET', path: '/info' }, signal);
  return decoding('the description of its host', () => {
    const wire = objectOf(answer, 'answer');
    return {
      memoryBytes: maybeNumber(wire, 'MemTotal') ?? 0,
      cpus: maybeNumber(wire, 'NCPU') ?? 1,
    };
  });
}

/** An engine remembers 256; a stream of them ends at once when its end is past. */
const EVENTS_MAX_BYTES = 1024 * 1024;

/** An event of the past; of a command in a container, which one, and how it ended. */
export interface PastEvent extends EngineEvent {
  readonly exec: string | null;
  readonly exitCode: number | null;
}

function pastEvent(line: string): PastEvent {
  const event = decodeEvent(line);
  const { Actor: actor } = JSON.parse(line) as { Actor: Wire };
  const attributes = objectIn(actor, 'Attributes');
  const exit = Number.parseInt(maybeText(attributes, 'exitCode') ?? '', 10);
  return {
    ...event,
    exec: maybeText(attributes, 'execID'),
    exitCode: Number.isNaN(exit) ? null : exit,
  };
}

/** The events of containers that the engine still remembers, oldest first. */
export async function pastEvents(
  client: DockerClient,
  query: { readonly ids: readonly string[]; readonly sinceMs: number; readonly untilMs: number },
  signal: AbortSignal,
): Promise<readonly PastEvent[]> {
  const filters = { type: ['container'], container: query.ids };
  let text = '';
  await client.receive(
    {
      method: 'GET',
      path: '/events',
      query: {
        since: (query.sinceMs / 1000).toFixed(3),
        until: (query.untilMs / 1000).toFixed(3),
        filters,
      },
    },
    (bytes) => {
      text += bytes.toString('utf8');
      if (text.length > EVENTS_MAX_BYTES) {
        throw new OperatorError('garbage', 'The engine remembers more events than engines do');
      }
    },
    signal,
  );
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => decoding('the question for events', () => pastEvent(line)));
}

/** How a command in a container stands. */
interface ExecState {
  readonly running: boolean;
  /** Null while it runs, or when it never began. */
  readonly exitCode: number | null;
}

/** @returns the id of a command that is prepared and not yet begun */
export async function prepareExec(
  client: DockerClient,
  id: string,
  body: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): Promise<string> {
  const answer = await client.send(
    { method: 'POST', path: `/containers/${id}/exec`, body },
    signal,
  );
  return decoding('the preparation of a command', () => textIn(objectOf(answer, 'answer'), 'Id'));
}

/** How a command stands now. */
export async function execState(
  client: DockerClient,
  exec: string,
  signal: AbortSignal,
): Promise<ExecState> {
  const answer = await client.send(
    { method: 'GET', path: `/exec/${encodeURIComponent(exec)}/json` },
    signal,
  );
  return decoding('the inspection of a command', () => {
    const wire = objectOf(answer, 'answer');
    const running = wire['Running'] === true;
    return { running, exitCode: running ? null : maybeNumber(wire, 'ExitCode') };
  });
}
