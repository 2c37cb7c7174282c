/** An answer of Redis, before it is written in one of the two protocols. */
export type Reply =
  | null
  | number
  | string
  | Buffer
  | { readonly status: string }
  | { readonly error: string }
  /** Name and value by turns: a map in RESP3, a list in RESP2. */
  | { readonly pairs: readonly Reply[] }
  /** Text that RESP3 tells as such. */
  | { readonly text: string }
  /** Nothing yet: it waits for one of these lists to have an item, until then at most (null: for ever). */
  | { readonly waitsFor: readonly string[]; readonly untilMs: number | null }
  | readonly Reply[];

export const OK: Reply = { status: 'OK' };

/** An error as Redis words it; the first word is its code. */
export function errorReply(message: string): Reply {
  return { error: message };
}

export const WRONG_TYPE = errorReply(
  'WRONGTYPE Operation against a key holding the wrong kind of value',
);
export const NO_INTEGER = errorReply('ERR value is not an integer or out of range');
export const SYNTAX = errorReply('ERR syntax error');
