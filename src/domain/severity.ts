/** Severity of an incident, most urgent first. */
export const severities = ['P0', 'P1', 'P2', 'P3', 'P4'] as const;
export type Severity = (typeof severities)[number];

export function mostSevere(list: Iterable<Severity>): Severity | null {
  let result: Severity | null = null;
  for (const severity of list) {
    if (result === null || severities.indexOf(severity) < severities.indexOf(result)) {
      result = severity;
    }
  }
  return result;
}
