/** How far this host's clock is ahead of a server's. */
export interface Skew {
  /**
   * Takes in what the server's clock said amid a request.
   * @param serverNow epoch ms by the server
   * @param sentAt and `receivedAt` epoch ms by this host
   * @returns ms to add to the server's times
   */
  observe(serverNow: number, sentAt: number, receivedAt: number): number;
}

/** The server tells whole milliseconds. */
const ROUNDING_MS = 1;
/** A better estimate is taken only if it is better by this: each one moves every time on the screen. */
const WORTH_MOVING = 0.5;

/**
 * An estimate is good to half of its round trip. The best is kept while others agree with it, so that
 * times do not tremble; within its error a server's clock is this host's.
 */
export function createSkew(): Skew {
  let best: { readonly offsetMs: number; readonly errorMs: number } | null = null;
  return {
    observe(serverNow, sentAt, receivedAt) {
      const errorMs = Math.max(0, receivedAt - sentAt) / 2 + ROUNDING_MS;
      const offsetMs = (sentAt + receivedAt) / 2 - serverNow;
      const agrees = best !== null && Math.abs(offsetMs - best.offsetMs) <= errorMs + best.errorMs;
      if (best === null || !agrees || errorMs < best.errorMs * WORTH_MOVING) {
        const same = Math.abs(offsetMs) <= errorMs;
        best = { offsetMs: same ? 0 : Math.round(offsetMs), errorMs };
      }
      return best.offsetMs;
    },
  };
}
