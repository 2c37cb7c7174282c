import { randomBytes } from 'node:crypto';
import type { Host } from '../host/host.ts';
import { isUp } from '../world/container.ts';
import { type Caller, CommandFailure, make } from './failure.ts';
import { provide } from './images.ts';
import type { Project } from './project.ts';

/** A command that is run in a container of its own. */
export interface OneOff {
  readonly service: string;
  readonly command: readonly string[];
  /** Takes the container away afterwards. */
  readonly remove: boolean;
}

/**
 * Does what `docker compose run` does: a container of the service with another command, and what it says.
 * @returns its exit code
 */
export async function runOnce(
  host: Host,
  project: Project,
  { command, remove, service }: OneOff,
  { err, out, signal }: Caller,
): Promise<number> {
  const found = project.services.find(({ name }) => name === service);
  if (found === undefined) throw new CommandFailure(`no such service: ${service}`);
  await provide(host, found, err, signal);
  const { settings } = found;
  const name = [project.name, service, 'run', randomBytes(6).toString('hex')].join(
    project.separator,
  );
  const labels = { ...settings.labels, 'com.docker.compose.oneoff': 'True' };
  const id = make(host, {
    kind: 'create',
    // Its ports are not published, and nobody starts it again.
    settings: {
      ...settings,
      name,
      labels,
      ports: [],
      restart: 'no',
      command: command.length > 0 ? [...found.entrypoint, ...command] : settings.command,
    },
  });
  const follow = ({ stream, text }: { stream: string; text: string }) =>
    (stream === 'stderr' ? err : out)(text);
  const end = host.logs.follow(id, follow);
  try {
    make(host, { kind: 'start', container: id });
    await host.until(({ containers }) => {
      const now = containers.get(id);
      return now === undefined || !isUp(now);
    }, signal);
    return host.world().containers.get(id)?.exitCode ?? 1;
  } finally {
    end();
    if (remove) host.change({ kind: 'remove', container: id, force: true });
  }
}
