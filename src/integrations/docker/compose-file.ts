import { access, readFile, stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { OperatorError } from '../../domain/operator-error.ts';
import { sanitizeLine } from '../../domain/sanitize.ts';
import type { ComposeProject, DeclaredService } from './compose.ts';

/** Larger files are none that people write. */
const FILE_MAX_BYTES = 1024 * 1024;
const SERVICES_MAX = 1000;
const ALIASES_MAX = 100;

/** The names compose looks for in a folder, in its order, each with its override. */
const DEFAULT_FILES: readonly (readonly [file: string, override: string])[] = [
  ['compose.yaml', 'compose.override.yaml'],
  ['compose.yml', 'compose.override.yml'],
  ['docker-compose.yml', 'docker-compose.override.yml'],
  ['docker-compose.yaml', 'docker-compose.override.yaml'],
];

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** The compose files of a folder, the override last; none is an empty list. */
async function composeFilesIn(folder: string): Promise<readonly string[]> {
  for (const [file, override] of DEFAULT_FILES) {
    const path = join(folder, file);
    if (!(await exists(path))) continue;
    const second = join(folder, override);
    return (await exists(second)) ? [path, second] : [path];
  }
  return [];
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  const fit = typeof value === 'object' && value !== null && !Array.isArray(value);
  return fit ? (value as Record<string, unknown>) : {};
}

/** A count as compose takes it; one it would take from a variable is not known, and counts as one. */
function countOf(service: Readonly<Record<string, unknown>>): number | null {
  const value = service['scale'] ?? record(service['deploy'])['replicas'];
  if (value === undefined || value === null) return null;
  const count = Number(value);
  return Number.isInteger(count) && count >= 0 ? count : null;
}

function profilesOf(value: unknown): readonly string[] | null {
  if (!Array.isArray(value)) return null;
  return value.filter((name) => typeof name === 'string').map(sanitizeLine);
}

async function readCompose(path: string): Promise<Readonly<Record<string, unknown>>> {
  const words = (what: string, mend: string | null, thrown?: unknown) =>
    new OperatorError('missing', `The compose file ${sanitizeLine(path)} ${what}`, mend, thrown);
  let text: string;
  try {
    if ((await stat(path)).size > FILE_MAX_BYTES) throw words('is larger than 1 MiB', null);
    text = await readFile(path, 'utf8');
  } catch (thrown) {
    if (thrown instanceof OperatorError) throw thrown;
    throw words('cannot be read here', 'read it on the host compose was called on', thrown);
  }
  // Loaded when first needed: the first frame does not wait for it.
  const { parse } = await import('yaml');
  try {
    return record(parse(text, { maxAliasCount: ALIASES_MAX, merge: true, logLevel: 'error' }));
  } catch (thrown) {
    const reason = thrown instanceof Error ? sanitizeLine(thrown.message).slice(0, 200) : '';
    throw words(`is no YAML: ${reason}`, 'see it with: docker compose config', thrown);
  }
}

/**
 * The services that compose files declare, later files over earlier ones. `extends`, `include` and
 * variables in counts are left as they are: such a service counts as one container.
 * @throws OperatorError('missing') naming the file that cannot be read
 */
export async function readDeclared(paths: readonly string[]): Promise<readonly DeclaredService[]> {
  const declared = new Map<string, DeclaredService>();
  for (const path of paths) {
    const services = record((await readCompose(path))['services']);
    for (const [name, value] of Object.entries(services).slice(0, SERVICES_MAX)) {
      const service = sanitizeLine(name);
      const before = declared.get(service);
      const own = record(value);
      declared.set(service, {
        service,
        replicas: countOf(own) ?? before?.replicas ?? 1,
        profiles: profilesOf(own['profiles']) ?? before?.profiles ?? [],
      });
    }
  }
  return [...declared.values()];
}

/**
 * What a project declares: by the files its labels name, where they can be read on this host, else by
 * the files in `fallbackFolder`. Null where neither tells.
 */
export async function declaredServices(
  project: ComposeProject,
  fallbackFolder: string | null,
): Promise<readonly DeclaredService[] | null> {
  const folder = project.folder ?? '/';
  const named = project.files.map((file) => (isAbsolute(file) ? file : join(folder, file)));
  for (const paths of [
    named,
    fallbackFolder === null ? [] : await composeFilesIn(fallbackFolder),
  ]) {
    if (paths.length === 0) continue;
    try {
      return await readDeclared(paths);
    } catch (thrown) {
      if (!(thrown instanceof OperatorError)) throw thrown;
    }
  }
  return null;
}
