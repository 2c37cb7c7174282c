import type { Action } from '../integrations/contract.ts';

/** Bytes of an action's figures kept in the journal. */
const RESULT_BYTES_MAX = 64 * 1024;

/** What an action returned, as its own schema has it, cut to what the journal keeps. */
export function recordable(
  action: Action,
  returned: unknown,
): Readonly<Record<string, unknown>> | null {
  if (typeof returned !== 'object' || returned === null) return null;
  const parsed = action.output?.safeParse(returned);
  const kept = (parsed?.success ? parsed.data : returned) as Readonly<Record<string, unknown>>;
  const text = JSON.stringify(kept);
  if (text.length <= RESULT_BYTES_MAX) return kept;
  return { cut: `${text.length} bytes, more than the journal keeps` };
}
