import type { ComposeService } from '../../domain/compose.ts';
import type { Source } from '../../domain/source.ts';
import type { DockerClient } from './client.ts';
import { type ComposeProject, composeProjectsFrom, composeStandings } from './compose.ts';
import { type Compose, findCompose } from './compose-command.ts';
import { declaredServices } from './compose-file.ts';

export interface ComposeSourceOptions {
  readonly client: DockerClient;
  readonly name: string;
  /** Only this compose project; null for all of the engine's. */
  readonly project: string | null;
  readonly intervalMs: number;
  readonly timeoutMs: number;
}

/** Projects whose files are read. */
const PROJECTS_MAX = 20;

async function standings(
  project: ComposeProject,
  compose: Compose,
): Promise<readonly ComposeService[]> {
  const declared = await declaredServices(project, null);
  if (declared === null) return [];
  const words = await compose.words();
  return composeStandings(project.services, declared).map(
    ({ service, declared: wanted, running, missing }) => ({
      project: project.name,
      service,
      declared: wanted,
      running,
      missing,
      command: `${words} -p ${project.name} up -d ${service}`,
    }),
  );
}

/**
 * Holds what runs of the compose projects against what their files declare. The files are those that the
 * containers' labels name; a project whose files cannot be read on this host is left out.
 */
export function composeSource(options: ComposeSourceOptions): Source<'compose'> {
  const { client, project } = options;
  const compose = findCompose(client.host);
  return {
    name: options.name,
    kind: 'compose',
    intervalMs: options.intervalMs,
    timeoutMs: options.timeoutMs,
    async poll(signal) {
      const projects = composeProjectsFrom(await client.list({ project }, signal));
      const found: ComposeService[] = [];
      for (const one of projects.slice(0, PROJECTS_MAX)) {
        found.push(...(await standings(one, compose)));
      }
      return found;
    },
  };
}
