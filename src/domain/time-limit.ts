/**
 * A signal that aborts after `timeoutMs`, with an error named `TimeoutError`. It keeps no process alive.
 *
 * As `AbortSignal.timeout`, without its flaw: what `AbortSignal.any` makes of such a signal is kept by Node
 * for ever once `AbortSignal.any` is given that in turn, and every limit within a limit does.
 */
export function timeLimit(timeoutMs: number): AbortSignal {
  const limit = new AbortController();
  const late = () => limit.abort(new DOMException('The time for it is over', 'TimeoutError'));
  setTimeout(late, timeoutMs).unref();
  return limit.signal;
}
