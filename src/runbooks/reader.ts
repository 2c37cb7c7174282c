import { parseDuration } from '../domain/duration.ts';
import { didYouMean } from '../domain/nearest.ts';
import { builtinSignalIds } from '../domain/signal.ts';
import { builtinAlertDefinitions } from '../signals/builtin.ts';
import type { Catalogue } from './catalogue.ts';
import type { Pack } from './pack.ts';
import type { Report } from './report.ts';
import type { Path } from './yaml-file.ts';

/** What a runbook may name of its pack; null where the pack could not be read and nothing is checked. */
export interface PackFacts {
  readonly system: string | null;
  /** Name to ms, rebinding applied. */
  readonly durations: Readonly<Record<string, number>> | null;
  readonly signals: ReadonlySet<string> | null;
  readonly alerts: ReadonlySet<string> | null;
  readonly roles: ReadonlySet<string> | null;
  readonly contacts: ReadonlySet<string> | null;
  /** Name to the text of a message. */
  readonly templates: Readonly<Record<string, string>> | null;
  /** Name to its lines. */
  readonly checklists: Readonly<Record<string, readonly string[]>> | null;
}

/** Nothing is known of the pack. */
export const noFacts: PackFacts = {
  system: null,
  durations: null,
  signals: null,
  alerts: null,
  roles: null,
  contacts: null,
  templates: null,
  checklists: null,
};

/** Signals and alerts that are there without a pack's saying. */
export const builtInSignals: readonly string[] = builtinSignalIds;
export const builtInAlerts: readonly string[] = [
  ...new Set(builtinAlertDefinitions().map(({ name }) => name)),
];

/** A condition or text that names a step's result or an input; checked once all nodes are read. */
export interface Reference {
  readonly root: 'steps' | 'inputs';
  readonly id: string;
  /** The field of the result that is named; empty for the whole. */
  readonly field: readonly string[];
  /** The step or leaf that names it; null where the runbook itself does. */
  readonly node: string | null;
  /** `value` where a probe or action would take it; an empty one there is worth a warning. */
  readonly use: 'condition' | 'words' | 'value';
  readonly path: Path;
  readonly offset: number;
}

/** What reading one runbook file needs at hand. */
export interface Reader {
  readonly report: Report;
  readonly facts: PackFacts;
  readonly catalogue: Catalogue;
  /** The step or leaf that is being read; null for the runbook itself. */
  readonly node: string | null;
  /** Collected while reading. */
  readonly references: Reference[];
}

/**
 * A literal duration or a name of the pack's.
 * @returns ms; 0 when it is neither, which is reported
 */
export function readDuration(
  report: Report,
  durations: PackFacts['durations'],
  text: string,
  path: Path,
): number {
  const literal = parseDuration(text);
  if (literal !== null) return literal;
  if (durations === null) return 0;
  const named = Object.hasOwn(durations, text) ? durations[text] : undefined;
  if (named !== undefined) return named;
  const otherwise = 'write such as 90s or 5m, or name it in the `durations` of the pack';
  const message = `\`${text}\` is neither a duration nor named in the pack`;
  report.error(path, message, didYouMean(text, Object.keys(durations), otherwise));
  return 0;
}

/** What a loaded pack lets its runbooks name. */
export function factsOf(pack: Pack): PackFacts {
  return {
    system: pack.system,
    durations: pack.durations,
    signals: new Set(pack.signals.map(({ id }) => id)),
    alerts: new Set(pack.alerts.map(({ name }) => name)),
    roles: new Set(pack.roles.map(({ role }) => role)),
    contacts: new Set(pack.contacts.map(({ name }) => name)),
    templates: pack.templates,
    checklists: pack.checklists,
  };
}
