import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Docker, { type ContainerInspectInfo } from 'dockerode';
import type { Stack } from '../stack/stack.ts';

/** A container of a stack, as its engine tells it. */
export interface StackContainer {
  readonly id: string;
  readonly name: string;
  /** The compose service, empty for a container that compose did not make. */
  readonly service: string;
  /** What compose made it from: changes with the compose file and the `.env` of the service. */
  readonly configuration: string;
  readonly image: string;
  readonly state: string;
  /** Of the container's own check, empty where it has none. */
  readonly health: string;
  readonly restarts: number;
  /** 0 while it does not run. */
  readonly pid: number;
  readonly networkMode: string;
  readonly networks: readonly string[];
  /** Address in a network of the engine, empty while it has none. */
  readonly address: string;
}

const ANSWER_WITHIN_MS = 20_000;

const engineOf = ({ socketPath }: Stack) => new Docker({ socketPath, timeout: ANSWER_WITHIN_MS });

function decode(info: ContainerInspectInfo): StackContainer {
  const labels = info.Config.Labels;
  const networks = Object.entries(info.NetworkSettings.Networks);
  return {
    id: info.Id,
    name: info.Name.slice(1),
    service: labels['com.docker.compose.service'] ?? '',
    configuration: labels['com.docker.compose.config-hash'] ?? '',
    image: info.Image,
    state: info.State.Status,
    health: info.State.Health?.Status ?? '',
    restarts: info.RestartCount,
    pid: info.State.Pid,
    networkMode: info.HostConfig.NetworkMode ?? '',
    networks: networks.map(([name]) => name),
    address: networks.map(([, network]) => network.IPAddress).find((one) => one !== '') ?? '',
  };
}

/** Every container of a stack, those that do not run included, without starting a program to ask. */
export async function containersOf(stack: Stack): Promise<readonly StackContainer[]> {
  const engine = engineOf(stack);
  const all = await engine.listContainers({ all: true });
  const asked = await Promise.allSettled(all.map(({ Id }) => engine.getContainer(Id).inspect()));
  // One that went away between the two questions is no error.
  return asked.flatMap((one) => (one.status === 'fulfilled' ? [decode(one.value)] : []));
}

/** The image that a name stands for now. */
export async function imageOf(stack: Stack, name: string): Promise<string> {
  return (await engineOf(stack).getImage(name).inspect()).Id;
}

/** Whether the engine answers. */
export async function engineAnswers(stack: Stack): Promise<boolean> {
  try {
    await engineOf(stack).ping();
    return true;
  } catch {
    return false;
  }
}

/** What compose would compare: it makes anew what differs. */
function standing(containers: readonly StackContainer[]): string {
  const lines = containers.map((one) =>
    JSON.stringify([one.name, one.service, one.configuration, one.image]),
  );
  return lines.sort().join('\n');
}

/**
 * Brings every service of the project up as its files have it now. Where all of them are as compose left
 * them the last time that it was called from here, those that ended are only started: compose would wait
 * for the next check of their health before it starts what depends on them.
 */
export async function bringUp(stack: Stack): Promise<void> {
  const file = join(stack.dir, 'standing');
  const left = await readFile(file, 'utf8').catch(() => '');
  const now = await containersOf(stack);
  if (standing(now) === left) {
    const ended = now.filter(({ state }) => state === 'exited');
    await Promise.all(ended.map(({ id }) => engineOf(stack).getContainer(id).start()));
    return;
  }
  await stack.compose(['up', '--detach', '--no-color']);
  await writeFile(file, standing(await containersOf(stack)));
}
