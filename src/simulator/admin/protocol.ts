/** What is asked of a simulator on its own socket: one JSON object a line. */
export type AdminRequest =
  /** Lets something break; the id is one of those that `faults` tells. */
  | { readonly ask: 'fault'; readonly id: string }
  | { readonly ask: 'faults' }
  /** What there is, in short. */
  | { readonly ask: 'state' }
  | { readonly ask: 'clock'; readonly factor: number }
  | { readonly ask: 'stop' }
  /** A tool of the command line that was called. */
  | { readonly ask: 'tool'; readonly words: readonly string[]; readonly folder: string };

/** What is answered, one JSON object a line; the last of them has `done`. */
export type AdminAnswer =
  | { readonly out: string }
  | { readonly err: string }
  | { readonly state: unknown }
  | { readonly faults: readonly { readonly id: string; readonly title: string }[] }
  /** The exit code. */
  | { readonly done: number; readonly error?: string };

/** A line that is no request. */
export class BadRequest extends Error {}

/** Reads one line. @throws BadRequest saying what it should have been */
export function readRequest(line: string): AdminRequest {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    throw new BadRequest('one JSON object a line is expected');
  }
  const asked = (typeof parsed === 'object' && parsed !== null ? parsed : {}) as Record<
    string,
    unknown
  >;
  const { ask, factor, folder, id, words } = asked;
  if (ask === 'faults' || ask === 'state' || ask === 'stop') return { ask };
  if (ask === 'fault' && typeof id === 'string') return { ask, id };
  if (ask === 'clock' && typeof factor === 'number' && factor > 0 && factor <= 1000) {
    return { ask, factor };
  }
  if (ask === 'tool' && typeof folder === 'string' && Array.isArray(words)) {
    return { ask, words: words.map(String), folder };
  }
  throw new BadRequest(
    'ask is fault (id), faults, state, clock (factor), stop or tool (words, folder)',
  );
}
