import type { BuiltinSignalId } from '../domain/signal.ts';

/** The words of the built-in signals that are states; the others are numbers. */
export const builtinWords: Partial<Readonly<Record<BuiltinSignalId, readonly string[]>>> = {
  container: [
    'missing',
    'dead',
    'exited',
    'restarting',
    'removing',
    'paused',
    'created',
    'unhealthy',
    'running',
    'finished',
  ],
  restarting: ['restarting'],
  oom: ['killed'],
  check: ['ok', 'failing', 'unreachable'],
  source: ['ok', 'refused', 'failing', 'lost'],
  breaker: ['closed', 'open', 'half-open'],
};
