/** What of this suite the simulated server does not honour: a test's name, and why. */
export const EXCEPTIONS: Readonly<Record<string, string>> = {};
