/** How a thing stands, worst last; drives the sign, the word and the colour beside it. */
export const healths = ['ok', 'unknown', 'warning', 'critical'] as const;
export type Health = (typeof healths)[number];
