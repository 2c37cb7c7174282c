import type { Action } from '../contract.ts';
import type { OpenRedis } from './client.ts';
import { configSetAction } from './config-set.ts';
import { flushAction } from './flush.ts';
import { scanDeleteAction } from './scan-delete.ts';

/** The actions of this integration; `open` is called at each step. */
export function redisActions(open: OpenRedis): Action[] {
  return [flushAction(open), configSetAction(open), scanDeleteAction(open)];
}
