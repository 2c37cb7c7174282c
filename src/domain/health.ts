/** How a thing stands, worst last; drives the sign, the word and the colour beside it. */
export const healths = ['ok', 'unknown', 'warning', 'critical'] as const;
export type Health = (typeof healths)[number];

/** The worst of several healths; `ok` for none. */
export function worst(list: Iterable<Health>): Health {
  let result: Health = 'ok';
  for (const health of list) {
    if (healths.indexOf(health) > healths.indexOf(result)) result = health;
  }
  return result;
}
