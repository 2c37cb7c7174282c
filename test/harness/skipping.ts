/** The mark in the name of a suite that was left out because a variable is not set. */
export const asksFor = (variable: string): string => `(asks for ${variable})`;

/** Whether a test may be left out with CI set: only what asks for something outside by a variable. */
export const mayBeSkipped = (fullName: string): boolean =>
  /\(asks for [A-Z][A-Z0-9_]*\)/.test(fullName);
