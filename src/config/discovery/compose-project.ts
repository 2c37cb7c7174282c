import { basename, dirname, join } from 'node:path';
import type { ProjectPlan } from '../plan.ts';
import { type ConfigSurroundings, readIfThere, variable } from '../surroundings.ts';

const FILES = ['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml'];
/** Folders above the current one that are looked into, as compose itself does. */
const MAX_FOLDERS = 40;
const VARIABLE = 'COMPOSE_PROJECT_NAME';

/**
 * The compose project of the current folder, named as compose names it: COMPOSE_PROJECT_NAME, the same
 * in `.env`, `name:` in the file, the folder.
 * @param lookAround false reads the variable only
 */
export function discoverProject(from: ConfigSurroundings, lookAround: boolean): ProjectPlan | null {
  const named = variable(from.env, VARIABLE);
  if (named !== null) return { value: named.value, origin: VARIABLE, named: true };
  const file = lookAround ? composeFile(from) : null;
  if (file === null) return null;
  const dotenv = join(dirname(file), '.env');
  const inDotenv = assignment(readIfThere(from, dotenv) ?? '', VARIABLE);
  if (inDotenv !== null) return { value: inDotenv, origin: dotenv, named: false };
  const declared = declaredName(readIfThere(from, file) ?? '', from.env);
  if (declared !== null) return { value: declared, origin: file, named: false };
  const folder = normalized(basename(dirname(file)));
  return folder === '' ? null : { value: folder, origin: `the folder of ${file}`, named: false };
}

function composeFile(from: ConfigSurroundings): string | null {
  // Of several files the first one names the project.
  const named = variable(from.env, 'COMPOSE_FILE')?.value.split(':')[0];
  if (named !== undefined) {
    const path = named.startsWith('/') ? named : join(from.cwd, named);
    return from.exists(path) ? path : null;
  }
  let folder = from.cwd;
  for (let count = 0; count < MAX_FOLDERS; count += 1) {
    const here = folder;
    const found = FILES.map((name) => join(here, name)).find(from.exists);
    if (found !== undefined) return found;
    const above = dirname(folder);
    if (above === folder) return null;
    folder = above;
  }
  return null;
}

/**
 * The top-level `name:` of a compose file, without a YAML library: it would cost the first frame more
 * than it tells. A name it cannot make out is left to the folder's.
 */
function declaredName(text: string, env: ConfigSurroundings['env']): string | null {
  const line = /^name:[ \t]*(?:"([^"\n]*)"|'([^'\n]*)'|([^\s#"'][^\s#]*))/m.exec(text);
  const raw = line?.[1] ?? line?.[2] ?? line?.[3];
  if (raw === undefined) return null;
  const filled = raw.replace(
    /\$\{(\w+)(?::?-([^}]*))?\}|\$(\w+)/g,
    (_all, braced: string | undefined, fallback: string | undefined, bare: string | undefined) =>
      env[braced ?? bare ?? ''] || (fallback ?? ''),
  );
  const name = normalized(filled);
  return name === '' ? null : name;
}

function assignment(text: string, name: string): string | null {
  const line = new RegExp(`^\\s*(?:export\\s+)?${name}\\s*=\\s*(.*)$`, 'm').exec(text);
  const value = line?.[1]?.trim().replace(/^(["'])(.*)\1$/, '$2') ?? '';
  return value === '' ? null : value;
}

/** As compose makes a project's name of a folder's. */
function normalized(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9_-]/g, '')
    .replace(/^[_-]+/, '');
}
