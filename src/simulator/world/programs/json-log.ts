import type { Container } from '../container.ts';
import { log, type World } from '../world.ts';

/** Writes one line of JSON with the keys of structlog. @param at epoch ms */
export function sayEvent(
  world: World,
  container: Container,
  level: 'info' | 'warning' | 'error',
  event: string,
  { at = world.now, ...extra }: Readonly<Record<string, unknown>> & { readonly at?: number } = {},
): void {
  const timestamp = new Date(at).toISOString();
  log(world, container, JSON.stringify({ event, level, timestamp, ...extra }), { at });
}
