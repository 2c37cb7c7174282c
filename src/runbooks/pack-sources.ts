import { didYouMean } from '../domain/nearest.ts';
import { type Entry, readEntry } from './kinds.ts';
import type { SourceDefinition } from './pack.ts';
import type { Durations } from './pack-durations.ts';
import { readDuration } from './reader.ts';
import type { Report } from './report.ts';
import { sourceSchemas } from './schema-pack.ts';
import type { Path } from './yaml-file.ts';

type SourceEntry = Entry<typeof sourceSchemas>;

/** Reads the `sources` of a pack; entries that do not fit are reported and left out. */
export function readSources(
  report: Report,
  durations: Durations,
  roles: readonly string[],
  raw: readonly unknown[],
): SourceDefinition[] {
  return raw.flatMap((item, index) => {
    const path = ['sources', index];
    const entry = readEntry(sourceSchemas, 'a source', item, report, path);
    if (entry === null) return [];
    const { every, timeout } = entry.value;
    const pace = {
      intervalMs: readDuration(report, durations, every, [...path, 'every']),
      timeoutMs: readDuration(report, durations, timeout, [...path, 'timeout']),
    };
    const source = sourceOf(entry, pace);
    if (!roles.includes(source.role)) reportRole(report, source, roles, path);
    return [source];
  });
}

function sourceOf(
  { kind, value }: SourceEntry,
  pace: Pick<SourceDefinition, 'intervalMs' | 'timeoutMs'>,
): SourceDefinition {
  const { port } = value;
  switch (kind) {
    case 'metrics':
      return { kind, role: value.metrics, port, path: value.path, ...pace };
    case 'cache':
      return { kind, role: value.cache, port, ...pace };
    case 'database':
      return { kind, role: value.database, port, name: value.name, user: value.user, ...pace };
    case 'check': {
      const { check, role, path, expect } = value;
      const { status: expectStatus, json: expectJson } = expect;
      return { kind, name: check, role, port, path, expectStatus, expectJson, ...pace };
    }
    case 'breakers': {
      const { breakers: role, path, list, states, headers } = value;
      const fields = {
        name: value.name ?? null,
        state: value.state,
        failures: value.failures,
        since: value.since ?? null,
        nextAttempt: value['next-attempt'],
      };
      return { kind, role, port, path, list, fields, states, headers, ...pace };
    }
  }
}

function reportRole(
  report: Report,
  { kind, role }: SourceDefinition,
  roles: readonly string[],
  path: Path,
): void {
  const field = kind === 'check' ? 'role' : kind;
  const mend = didYouMean(role, roles, `its roles are ${roles.join(', ')}`);
  report.error([...path, field], `the pack has no role \`${role}\``, mend);
}
