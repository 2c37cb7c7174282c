import { severities } from '../domain/severity.ts';
import type { Diagnostic } from './diagnostic.ts';
import type { Pack, SeverityResponse } from './pack.ts';
import { readAlerts } from './pack-alerts.ts';
import { type Durations, readDurations } from './pack-durations.ts';
import { readSignals } from './pack-signals.ts';
import { readSources } from './pack-sources.ts';
import { noFacts, type PackFacts, readDuration } from './reader.ts';
import { createReport, type Report } from './report.ts';
import { packHeadSchema } from './schema-pack.ts';
import { validate } from './validate.ts';
import type { YamlFile } from './yaml-file.ts';

export interface BuiltPack {
  /** The pack without its runbooks; null when anything in the file is an error. */
  readonly pack: Omit<Pack, 'runbooks'> | null;
  /** What its runbooks may name, as far as the file could be read. */
  readonly facts: PackFacts;
  readonly diagnostics: readonly Diagnostic[];
}

/** Turns a parsed pack.yaml into what a system's runbooks share. */
export function buildPack(file: YamlFile, rebound: Durations): BuiltPack {
  const report = createReport(file);
  const head = validate(packHeadSchema, file.value, report);
  if (head === null) return { pack: null, facts: noFacts, diagnostics: report.diagnostics };
  const durations = readDurations(report, head.durations, rebound);
  const roles = Object.entries(head.roles).map(([role, services]) => ({ role, services }));
  const roleNames = roles.map(({ role }) => role);
  const signals = readSignals(report, durations, head.signals);
  const alerts = readAlerts(report, durations, signals, head.alerts);
  const pack = {
    system: head.system,
    title: head.title,
    roles,
    durations,
    sources: readSources(report, durations, roleNames, head.sources),
    signals,
    alerts,
    severities: readSeverities(report, durations, head.severities),
  };
  const { diagnostics, hasErrors } = report;
  // With entries left out, what the runbooks name cannot be held against them.
  const sure = !hasErrors;
  const facts: PackFacts = {
    system: head.system,
    durations: sure ? durations : null,
    signals: sure ? new Set(signals.map(({ id }) => id)) : null,
    alerts: sure ? new Set(alerts.map(({ name }) => name)) : null,
    roles: new Set(roleNames),
  };
  return { pack: hasErrors ? null : pack, facts, diagnostics };
}

type SeveritiesFile = NonNullable<ReturnType<typeof packHeadSchema.parse>>['severities'];

function readSeverities(
  report: Report,
  durations: Durations,
  file: SeveritiesFile,
): SeverityResponse[] {
  return severities.flatMap((severity) => {
    const response = file[severity];
    if (response === undefined) return [];
    const { meaning, contacts, 'respond-within': within } = response;
    const path = ['severities', severity, 'respond-within'];
    const respondWithinMs = within === null ? null : readDuration(report, durations, within, path);
    return [{ severity, meaning, contacts, respondWithinMs }];
  });
}
