/** What a command's exit code says; where several apply, the first of this list. */
export const exitCodes = {
  interrupted: 130,
  usage: 2,
  refused: 4,
  unreachable: 3,
  unhealthy: 1,
  done: 0,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

const precedence: readonly ExitCode[] = [130, 2, 4, 3, 1, 0];

/** The code that applies first. */
export function firstOf(codes: readonly ExitCode[]): ExitCode {
  return precedence.find((code) => codes.includes(code)) ?? exitCodes.done;
}
