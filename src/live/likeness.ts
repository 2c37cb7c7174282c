import type { Container } from '../domain/container.ts';
import { nearest } from '../domain/nearest.ts';

/** What stands beside a service and is named after it, but is not it. */
const COMPANIONS: ReadonlySet<string> = new Set([
  'admin',
  'adminer',
  'agent',
  'backup',
  'bouncer',
  'commander',
  'exporter',
  'init',
  'insight',
  'metrics',
  'migrate',
  'migrations',
  'monitor',
  'pgadmin',
  'pgbouncer',
  'sentinel',
  'ui',
]);

/** `bitnami/postgresql:16` → `postgresql`. */
function imageName(image: string): string {
  const [path = ''] = image.split('@');
  return path.split('/').at(-1)?.split(':')[0] ?? '';
}

function isCompanion(names: readonly string[]): boolean {
  return names.some((name) => name.split(/[._-]/).some((part) => COMPANIONS.has(part)));
}

/**
 * The services that a role most probably means where none has its name: by the service, the container or
 * the image that is most like it. Nothing where several are alike and the role has one only: a guess
 * between two would be none.
 * @param taken services that play another role
 */
export function alike(
  role: string,
  services: readonly string[],
  known: readonly Container[],
  taken: ReadonlySet<string>,
): readonly string[] {
  const wanted = [role, ...services];
  const found = new Set<string>();
  for (const { image, name, service } of known) {
    if (service === null || taken.has(service)) continue;
    const names = [service, name, imageName(image)];
    if (isCompanion(names)) continue;
    if (wanted.some((word) => nearest(word, names).length > 0)) found.add(service);
  }
  return services.length === 1 && found.size > 1 ? [] : [...found].toSorted();
}
