import { didYouMean } from '../domain/nearest.ts';
import { type Severity, severities } from '../domain/severity.ts';
import { checkTemplate } from '../templates/template-names.ts';
import type { Contact, Requirements, Role, SeverityResponse } from './pack.ts';
import type { Durations } from './pack-durations.ts';
import { readDuration } from './reader.ts';
import type { Report } from './report.ts';
import type { PackHeadFile } from './schema-pack.ts';

/** Reads the roles of a pack, each with its services and the label that tells it otherwise. */
export function readRoles(file: PackHeadFile['roles']): Role[] {
  return Object.entries(file).map(([role, bound]) => {
    if (Array.isArray(bound)) return { role, services: bound };
    const { ends, label, services } = bound;
    return {
      role,
      services,
      ...(label === undefined ? {} : { label }),
      ...(ends === undefined ? {} : { ends }),
    };
  });
}

/** Reads whom messages can be sent to. */
export function readContacts(report: Report, file: PackHeadFile['contacts']): Contact[] {
  const names = new Set<string>();
  return file.map(({ name, role = null, phone = null, email = null, channel = null }, index) => {
    if (names.has(name)) {
      const mend = 'give one another name';
      report.error(['contacts', index, 'name'], `the contact \`${name}\` is there twice`, mend);
    }
    names.add(name);
    return { name, role, phone, email, channel };
  });
}

/** Reads what each severity asks for. Where the pack has contacts, those it names are among them. */
export function readSeverities(
  report: Report,
  durations: Durations,
  file: PackHeadFile['severities'],
  contacts: readonly Contact[],
): SeverityResponse[] {
  return severities.flatMap((severity) => {
    const response = file[severity];
    if (response === undefined) return [];
    const { meaning, contacts: names, 'respond-within': within } = response;
    checkNames(report, severity, names, contacts);
    const path = ['severities', severity, 'respond-within'];
    const respondWithinMs = within === null ? null : readDuration(report, durations, within, path);
    return [{ severity, meaning, contacts: names, respondWithinMs }];
  });
}

function checkNames(
  report: Report,
  severity: Severity,
  names: readonly string[],
  contacts: readonly Contact[],
): void {
  if (contacts.length === 0) return;
  const known = contacts.map(({ name }) => name);
  for (const [index, name] of names.entries()) {
    if (known.includes(name)) continue;
    const mend = didYouMean(name, known, `there are ${known.join(', ')}`);
    const at = ['severities', severity, 'contacts', index];
    report.warning(at, `\`${name}\` is not among the \`contacts\``, mend);
  }
}

/** Checks the messages of a pack as far as it is known what fills them. */
export function readTemplates(
  report: Report,
  file: PackHeadFile['templates'],
): Readonly<Record<string, string>> {
  for (const [name, text] of Object.entries(file)) {
    const checked = checkTemplate(text);
    if ('ok' in checked) continue;
    const { message, offset } = checked.error;
    const mend = 'placeholders are {{name}}, sections {{#name}}…{{/name}}';
    report.error(['templates', name], `placeholder cannot be read: ${message}`, mend, offset);
  }
  return file;
}

/** Reads what the system relies on. */
export function readRequirements(
  report: Report,
  roles: readonly string[],
  { env, commands }: PackHeadFile['requires'],
): Requirements {
  const read = env.map(({ name, role = null, required, secret, default: value = null }, index) => {
    if (role !== null && !roles.includes(role)) {
      const mend = didYouMean(role, roles, `its roles are ${roles.join(', ')}`);
      report.error(['requires', 'env', index, 'role'], `the pack has no role \`${role}\``, mend);
    }
    return { name, role, required, secret, default: value };
  });
  return { env: read, commands };
}
