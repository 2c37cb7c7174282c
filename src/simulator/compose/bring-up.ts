import { createHash } from 'node:crypto';
import type { Host } from '../host/host.ts';
import { type Container, type ContainerSettings, isUp } from '../world/container.ts';
import { findImage } from '../world/create.ts';
import { ofService } from '../world/world.ts';
import { CommandFailure, make, type Say } from './failure.ts';
import { provide } from './images.ts';
import type { Project, Service } from './project.ts';

/** How services are brought up. */
export interface UpOptions {
  /** None: all of them. */
  readonly services: readonly string[];
  readonly withDependencies: boolean;
  readonly recreate: 'changed' | 'always' | 'never';
  readonly stopMs: number;
  readonly scale: Readonly<Record<string, number>>;
  /** Leaves those that do not run as they are made. */
  readonly startsThem: boolean;
}

const HASH_LABEL = 'com.docker.compose.config-hash';
const NUMBER_LABEL = 'com.docker.compose.container-number';
const HEALTHY_WITHIN_MS = 120_000;

function numbered(service: Service, project: Project, number: number): ContainerSettings {
  const { settings } = service;
  const parts = [project.name, service.name, number];
  const hash = createHash('sha256').update(JSON.stringify(settings)).digest('hex');
  const labels = { ...settings.labels, [HASH_LABEL]: hash, [NUMBER_LABEL]: String(number) };
  const name = number === 1 ? settings.name : parts.join(project.separator);
  const ports = settings.ports.map((port, place) => {
    const range = service.portRanges[place] ?? 0;
    return range > 1 && port.hostPort !== null
      ? { ...port, hostPort: port.hostPort + ((number - 1) % range) }
      : port;
  });
  return { ...settings, name, number, labels, ports };
}

/** Those of the services that are wanted, what they need first. */
function inOrder(project: Project, { services, withDependencies }: UpOptions): readonly Service[] {
  const byName = new Map(project.services.map((service) => [service.name, service]));
  const ordered = new Set<Service>();
  const add = (name: string, path: readonly string[]) => {
    const service = byName.get(name);
    if (service === undefined) throw new CommandFailure(`no such service: ${name}`);
    if (path.includes(name)) throw new CommandFailure(`dependency cycle: ${name}`);
    for (const { service: needed } of withDependencies ? service.dependsOn : []) {
      add(needed, [...path, name]);
    }
    ordered.add(service);
  };
  const wanted = services.length > 0 ? services : [...byName.keys()];
  const usual = (name: string) => services.length > 0 || byName.get(name)?.profiles.length === 0;
  for (const name of wanted.filter(usual)) add(name, []);
  return [...ordered];
}

async function stopped(host: Host, container: Container, stopMs: number, signal: AbortSignal) {
  if (isUp(container)) make(host, { kind: 'stop', container: container.id, withinMs: stopMs });
  await host.until(({ containers }) => {
    const now = containers.get(container.id);
    return now === undefined || !isUp(now);
  }, signal);
}

/** Waits for the end of what has to be done before. @throws CommandFailure when it did not end well */
async function dependencyCompleted(host: Host, needed: string, signal: AbortSignal) {
  await host.until(
    (world) => ofService(world, needed).every(({ state }) => state === 'exited'),
    signal,
  );
  const failed = ofService(host.world(), needed).find(({ exitCode }) => exitCode !== 0);
  if (failed === undefined) return;
  const words = `service "${needed}" didn't complete successfully: exit ${failed.exitCode}`;
  throw new CommandFailure(words);
}

/** Waits until what a service needs is well. */
async function dependenciesReady(host: Host, service: Service, say: Say, signal: AbortSignal) {
  const giveUpAt = host.clock.now() + HEALTHY_WITHIN_MS;
  for (const { completed, service: needed, healthy } of service.dependsOn) {
    if (completed) await dependencyCompleted(host, needed, signal);
    if (!healthy) continue;
    await host.until((world) => {
      const all = ofService(world, needed);
      return world.now > giveUpAt || all.some(({ health }) => health?.status !== 'starting');
    }, signal);
    const [one] = ofService(host.world(), needed);
    if (one?.health?.status === 'healthy') continue;
    say(` Container ${one?.name ?? needed}  Error`);
    const words = `dependency failed to start: container ${one?.name ?? needed} is unhealthy`;
    throw new CommandFailure(words);
  }
}

interface Task {
  readonly host: Host;
  readonly options: UpOptions;
  readonly say: Say;
  readonly signal: AbortSignal;
}

function outdated(host: Host, container: Container, settings: ContainerSettings): boolean {
  const image = findImage(host.world(), settings.image);
  if (image !== null && image.id !== container.imageId) return true;
  return container.labels[HASH_LABEL] !== settings.labels[HASH_LABEL];
}

async function bringOne(task: Task, settings: ContainerSettings, container: Container | null) {
  const { host, options, say, signal } = task;
  const always = options.recreate === 'always';
  const changed = options.recreate === 'changed';
  let id = container?.id ?? '';
  if (container === null) {
    id = make(host, { kind: 'create', settings });
    say(` Container ${settings.name}  Created`);
  } else if (always || (changed && outdated(host, container, settings))) {
    say(` Container ${settings.name}  Recreate`);
    await stopped(host, container, options.stopMs, signal);
    make(host, { kind: 'remove', container: container.id, force: true });
    id = make(host, { kind: 'create', settings });
    say(` Container ${settings.name}  Recreated`);
  }
  const now = host.world().containers.get(id);
  if (!options.startsThem || now === undefined) return;
  if (isUp(now)) return say(` Container ${settings.name}  Running`);
  make(host, { kind: 'start', container: id });
  say(` Container ${settings.name}  Started`);
}

async function bringService(task: Task, project: Project, service: Service): Promise<void> {
  const { host, options, say, signal } = task;
  const there = ofService(host.world(), service.name);
  const count = options.scale[service.name] ?? service.replicas;
  if (count > 1 && service.containerName !== null) {
    const words = `Docker requires each container to have a unique name. Remove the custom name to scale the service.`;
    throw new CommandFailure(
      `WARNING: The "${service.name}" service is using the custom container name "${service.containerName}". ${words}`,
    );
  }
  if (options.startsThem && options.withDependencies) {
    await dependenciesReady(host, service, say, signal);
  }
  await provide(host, service, say, signal);
  for (let number = 1; number <= count; number += 1) {
    const container = there.find((one) => one.number === number) ?? null;
    await bringOne(task, numbered(service, project, number), container);
  }
  for (const container of there.filter(({ number }) => number > count)) {
    await stopped(host, container, options.stopMs, signal);
    make(host, { kind: 'remove', container: container.id, force: true });
    say(` Container ${container.name}  Removed`);
  }
}

/**
 * Does what `docker compose up` does, with the files as they are now.
 * @throws CommandFailure when it cannot go on
 */
export async function bringUp(
  host: Host,
  project: Project,
  options: UpOptions,
  say: Say,
  signal: AbortSignal,
): Promise<void> {
  for (const name of project.networks) make(host, { kind: 'add-network', name });
  for (const service of inOrder(project, options)) {
    await bringService({ host, options, say, signal }, project, service);
  }
}
