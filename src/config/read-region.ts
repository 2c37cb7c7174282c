import type { z } from 'zod';
import type { Report } from '../runbooks/report.ts';
import { validate } from '../runbooks/validate.ts';
import type { Path } from '../runbooks/yaml-file.ts';
import { refuseClearSecrets } from './clear-secrets.ts';
import { readDefinitions } from './definitions.ts';
import type { Origin } from './plan.ts';
import type {
  Entry,
  ListEntry,
  ListSection,
  OnlyEntry,
  OnlySection,
  RegionConfig,
} from './region-config.ts';
import {
  dockerSchemas,
  hostSchema,
  listSchemas,
  onlySchemas,
  type RegionHead,
  regionHeadSchema,
} from './schema.ts';
import { ruleOf } from './section-rules.ts';

/** Entries a section may have; a region with more is a mistake. */
const MAX_ENTRIES = 500;

/** What reading the sections of one region shares. */
interface Reading {
  readonly report: Report;
  readonly at: Path;
  readonly head: RegionHead;
  /** Places that were complained of already. */
  readonly flagged: readonly Path[];
}

const samePath = (a: Path, b: Path) =>
  a.length === b.length && a.every((part, index) => part === b[index]);

/** `file:line:column` of a place, with the file's path as an operator can open it. */
function placeOf(report: Report, path: Path): Origin {
  // An entry of a list has no key.
  const place = typeof path.at(-1) === 'string' ? 'key' : 'value';
  const { line, column } = report.file.locate(path, place);
  return `${report.file.file}:${line}:${column}`;
}

function entryOf<T>(report: Report, path: Path, value: T): Entry<T> {
  return {
    value,
    origin: placeOf(report, path),
    at(...fields) {
      const present = fields.find((field) => Object.hasOwn(value as object, field));
      return present === undefined ? null : placeOf(report, [...path, present]);
    },
  };
}

function checked<S extends z.ZodType>(
  reading: Reading,
  schema: S,
  raw: unknown,
  path: Path,
): Entry<z.output<S>> | null {
  const { report, flagged } = reading;
  const excused = (inner: Path) => flagged.some((other) => samePath(other, [...path, ...inner]));
  const value = validate(schema, raw, report, path, excused);
  return value === null ? null : entryOf(report, path, value);
}

function list<S extends ListSection>(reading: Reading, section: S): readonly ListEntry<S>[] {
  const raw = reading.head[section];
  if (raw === undefined || raw === null) return [];
  const at = [...reading.at, section];
  const items = Array.isArray(raw) ? raw : [raw];
  if (items.length > MAX_ENTRIES) {
    reading.report.error(at, `more than ${MAX_ENTRIES} entries`, 'make two regions of it', 'key');
  }
  return items.slice(0, MAX_ENTRIES).flatMap((item, index) => {
    const path = Array.isArray(raw) ? [...at, index] : at;
    const entry = checked(reading, listSchemas[section], item, path) as ListEntry<S> | null;
    if (entry === null) return [];
    ruleOf(section)(entry.value, reading.report, path);
    return [entry];
  });
}

function only<S extends OnlySection>(reading: Reading, section: S): OnlyEntry<S> | null {
  const raw = reading.head[section];
  if (raw === undefined || raw === null) return null;
  const path = [...reading.at, section];
  return checked(reading, onlySchemas[section], raw, path) as OnlyEntry<S> | null;
}

function docker(reading: Reading): RegionConfig['docker'] {
  const raw = reading.head.docker;
  if (raw === undefined || raw === null) return null;
  if (raw === false) return false;
  const path = [...reading.at, 'docker'];
  if (typeof raw === 'object') return checked(reading, dockerSchemas.whole, raw, path);
  const bare = validate(dockerSchemas.host, raw, reading.report, path);
  if (bare === null) return null;
  const origin = placeOf(reading.report, path);
  return { value: { host: bare }, origin, at: (field) => (field === 'host' ? origin : null) };
}

function host(reading: Reading): RegionConfig['host'] {
  const raw = reading.head.host;
  if (raw === undefined || raw === null) return null;
  if (typeof raw === 'boolean') return raw;
  return checked(reading, hostSchema, raw, [...reading.at, 'host']);
}

/** Names that one region gives to two entries: a source is known by its name. */
function refuseTwins(reading: Reading, config: RegionConfig): void {
  const seen = new Map<string, string>();
  for (const section of Object.keys(listSchemas) as ListSection[]) {
    for (const [index, { value, origin }] of config[section].entries()) {
      if (value.name === undefined) continue;
      const earlier = seen.get(value.name);
      if (earlier === undefined) {
        seen.set(value.name, origin);
        continue;
      }
      const path = [...reading.at, section];
      const inList = Array.isArray(reading.head[section]);
      reading.report.error(
        [...path, ...(inList ? [index] : []), 'name'],
        `the name \`${value.name}\` is given twice, first at ${earlier}`,
        'give one of them another name',
      );
    }
  }
}

/**
 * Reads one region of a file.
 * @returns null when it cannot be used; what is wrong is reported with its place
 */
export function readRegion(report: Report, name: string, raw: unknown): RegionConfig | null {
  const at = ['regions', name];
  const flagged = refuseClearSecrets(raw, report, at);
  const head = validate(regionHeadSchema, raw ?? {}, report, at);
  if (head === null) return null;
  const reading: Reading = { report, at, head, flagged };
  const config: RegionConfig = {
    name,
    plain: entryOf(report, at, head),
    docker: docker(reading),
    host: host(reading),
    postgres: list(reading, 'postgres'),
    redis: list(reading, 'redis'),
    metrics: list(reading, 'metrics'),
    checks: list(reading, 'checks'),
    certificates: list(reading, 'certificates'),
    logs: list(reading, 'logs'),
    notify: list(reading, 'notify'),
    prometheus: only(reading, 'prometheus'),
    alertmanager: only(reading, 'alertmanager'),
    outside: only(reading, 'outside'),
    kubernetes: only(reading, 'kubernetes'),
    definitions: readDefinitions(report, at, head),
  };
  refuseTwins(reading, config);
  return config;
}
