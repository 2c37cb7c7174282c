import { OperatorError } from '../../domain/operator-error.ts';
import type { DockerClient } from './client.ts';
import { arrayIn, arrayOf, decoding, maybeText, objectIn, objectOf, textIn } from './wire.ts';

const VOLUME = 'com.docker.compose.volume';
const PROJECT = 'com.docker.compose.project';
const REMOVE_TIMEOUT_MS = 30_000;

/** A named volume of the engine. */
export interface EngineVolume {
  readonly name: string;
  readonly driver: string;
  /** The engine's own text; empty where it does not tell. */
  readonly createdAt: string;
  /** Where it lies on the engine's host. */
  readonly mountpoint: string;
  readonly project: string | null;
  /** Its name in the compose file. */
  readonly key: string | null;
}

function decodeVolume(value: unknown): EngineVolume {
  const wire = objectOf(value, 'volume');
  const labels = objectIn(wire, 'Labels');
  return {
    name: textIn(wire, 'Name'),
    driver: maybeText(wire, 'Driver') ?? 'local',
    createdAt: maybeText(wire, 'CreatedAt') ?? '',
    mountpoint: maybeText(wire, 'Mountpoint') ?? '',
    project: maybeText(labels, PROJECT),
    key: maybeText(labels, VOLUME),
  };
}

/** All named volumes. */
export async function listVolumes(
  client: DockerClient,
  signal: AbortSignal,
): Promise<readonly EngineVolume[]> {
  const answer = await client.send({ method: 'GET', path: '/volumes' }, signal);
  return decoding('the question for volumes', () =>
    arrayIn(objectOf(answer, 'answer'), 'Volumes').map(decodeVolume),
  );
}

/** What compose calls `key` in a project: by its labels, else by the name compose would give it. */
export function volumeOf(
  all: readonly EngineVolume[],
  project: string,
  key: string,
): EngineVolume | null {
  const labelled = all.find((one) => one.project === project && one.key === key);
  return labelled ?? all.find(({ name }) => name === `${project}_${key}` || name === key) ?? null;
}

/** Ids of the containers that use a volume, stopped ones included. */
export async function usersOf(
  client: DockerClient,
  volume: string,
  signal: AbortSignal,
): Promise<readonly { readonly id: string; readonly name: string }[]> {
  const query = { all: true, filters: { volume: [volume] } };
  const answer = await client.send({ method: 'GET', path: '/containers/json', query }, signal);
  return decoding('the list of containers', () =>
    arrayOf(answer).map((value) => {
      const wire = objectOf(value, 'container');
      const [first] = arrayIn(wire, 'Names');
      const id = textIn(wire, 'Id');
      return { id, name: typeof first === 'string' ? first.replace(/^\//, '') : id.slice(0, 12) };
    }),
  );
}

/** Removes a volume with all that is in it; no error when it is gone already. */
export async function removeVolume(
  client: DockerClient,
  name: string,
  signal: AbortSignal,
): Promise<void> {
  const path = `/volumes/${encodeURIComponent(name)}`;
  try {
    await client.send({ method: 'DELETE', path, timeoutMs: REMOVE_TIMEOUT_MS }, signal);
  } catch (thrown) {
    if (thrown instanceof OperatorError && thrown.kind === 'missing') return;
    throw thrown;
  }
}
