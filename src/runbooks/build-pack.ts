import type { Diagnostic } from './diagnostic.ts';
import type { Pack } from './pack.ts';
import { readAlerts } from './pack-alerts.ts';
import { type Durations, readDurations } from './pack-durations.ts';
import {
  readContacts,
  readRequirements,
  readRoles,
  readSeverities,
  readTemplates,
} from './pack-people.ts';
import { readSignals } from './pack-signals.ts';
import { readSources } from './pack-sources.ts';
import { noFacts, type PackFacts } from './reader.ts';
import { createReport } from './report.ts';
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
  const roles = readRoles(head.roles);
  const roleNames = roles.map(({ role }) => role);
  const signals = readSignals(report, durations, head.signals);
  const alerts = readAlerts(report, durations, signals, head.alerts);
  const contacts = readContacts(report, head.contacts);
  const templates = readTemplates(report, head.templates);
  const pack = {
    system: head.system,
    title: head.title,
    roles,
    durations,
    sources: readSources(report, durations, roleNames, head.sources),
    signals,
    alerts,
    severities: readSeverities(report, durations, head.severities, contacts),
    contacts,
    templates,
    checklists: head.checklists,
    requires: readRequirements(report, roleNames, head.requires),
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
    contacts: new Set(contacts.map(({ name }) => name)),
    templates,
    checklists: head.checklists,
  };
  return { pack: hasErrors ? null : pack, facts, diagnostics };
}
