import type { Host } from '../host/host.ts';
import { findImage } from '../world/create.ts';
import { roomOn } from '../world/disks.ts';
import type { ImageContent } from '../world/supply.ts';
import { CommandFailure, make, type Say } from './failure.ts';
import type { Project, Service } from './project.ts';

/** How long an image takes on its way from a registry. */
const PULL_MS = 4000;
const REVISION = 'org.opencontainers.image.revision';

/** Lets so much of the world's time go by. */
export async function pass(host: Host, ms: number, signal: AbortSignal): Promise<void> {
  const at = host.world().now + ms;
  await host.until(({ now }) => now >= at, signal);
}

/** @throws CommandFailure when the disk of the engine has no room for an image */
function needRoom(host: Host, { sizeBytes }: ImageContent, what: string): void {
  const room = roomOn(host.world(), 'engine');
  if (room.sizeBytes - room.usedBytes >= sizeBytes) return;
  throw new CommandFailure(`${what}: no space left on device`);
}

function add(host: Host, ref: string, content: ImageContent, ageMs = 0): void {
  const createdAt = host.world().now - ageMs;
  make(host, { kind: 'add-image', image: { ...content, refs: [ref], createdAt } });
}

const named = (ref: string) => (/:[^/]+$/.test(ref) ? ref : `${ref}:latest`);

/**
 * Pulls an image. One that is here already, and of the same revision, stays.
 * @throws CommandFailure in the registry's words when it has none of that name
 */
export async function pullImage(host: Host, ref: string, say: Say, signal: AbortSignal) {
  const wanted = named(ref);
  const { images, supply } = host.world();
  const there = supply.registry[wanted];
  if (there === undefined) {
    throw new CommandFailure(
      `Error response from daemon: manifest for ${wanted} not found: manifest unknown`,
    );
  }
  const here = images.find(({ refs }) => refs.includes(wanted));
  if (here !== undefined && here.labels[REVISION] === there.labels[REVISION]) {
    return say(`Status: Image is up to date for ${wanted}`);
  }
  await pass(host, PULL_MS, signal);
  const { ageMs, ...content } = there;
  needRoom(host, content, 'failed to register layer: write /layer.tar');
  add(host, wanted, content, ageMs);
  say(`Status: Downloaded newer image for ${wanted}`);
}

/**
 * Builds an image of a target, under a name.
 * @throws CommandFailure when there is no such target
 */
export async function buildImage(
  host: Host,
  target: string,
  ref: string,
  say: Say,
  signal: AbortSignal,
) {
  const build = host.world().supply.builds[target];
  if (build === undefined) {
    throw new CommandFailure(`failed to solve: target stage "${target}" could not be found`);
  }
  const { takesMs, ...content } = build;
  say(`#1 [${target}] load build definition from Dockerfile`);
  await pass(host, takesMs, signal);
  needRoom(host, content, 'failed to solve: failed to copy files: write');
  add(host, named(ref), content);
  say(`#9 naming to ${named(ref)} done`);
}

/** Pulls the images of services; those that are only ever built here are passed over. */
export async function pullServices(
  host: Host,
  services: readonly Service[],
  say: Say,
  signal: AbortSignal,
) {
  for (const { builds, name, settings } of services) {
    const known = host.world().supply.registry[settings.image] !== undefined;
    const local = findImage(host.world(), settings.image) !== null;
    if (!known && (builds || local)) say(` ${name} Skipped`);
    else {
      await pullImage(host, settings.image, () => undefined, signal);
      say(` ${name} Pulled`);
    }
  }
}

/** Builds the images of those services that are built here; one that several share is built once. */
export async function buildServices(
  host: Host,
  services: readonly Service[],
  say: Say,
  signal: AbortSignal,
) {
  const built = new Set<string>();
  for (const { builds, name, settings } of services) {
    if (!builds || built.has(settings.image)) continue;
    built.add(settings.image);
    await buildImage(host, name, settings.image, say, signal);
  }
}

/** Brings the image of a service here that is not. */
export async function provide(host: Host, service: Service, say: Say, signal: AbortSignal) {
  const { image } = service.settings;
  if (findImage(host.world(), image) !== null) return;
  const registered = host.world().supply.registry[image] !== undefined;
  if (!registered && service.builds) await buildImage(host, service.name, image, say, signal);
  else await pullImage(host, image, say, signal);
}

/** The services of a command; all that have no profile where none is named. */
export function servicesNamed(project: Project, names: readonly string[]): readonly Service[] {
  return project.services.filter(({ name, profiles }) =>
    names.length > 0 ? names.includes(name) : profiles.length === 0,
  );
}
