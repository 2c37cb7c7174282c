/** What a step may do to production, least first. */
export const risks = ['observe', 'reversible', 'disruptive', 'destructive'] as const;
export type Risk = (typeof risks)[number];

/** True when `a` is at most as risky as `b`. */
export function atMost(a: Risk, b: Risk): boolean {
  return risks.indexOf(a) <= risks.indexOf(b);
}

/** The higher of two risks: a step can raise its action's risk, never lower it. */
export function raised(a: Risk, b: Risk | undefined): Risk {
  return b !== undefined && atMost(a, b) ? b : a;
}
