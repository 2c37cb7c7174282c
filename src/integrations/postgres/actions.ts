import type { Action } from '../contract.ts';
import { deleteBatchesAction } from './delete-batches.ts';
import { cancelAction, terminateAction } from './end-session.ts';
import { reloadAction } from './reload.ts';
import type { PostgresServers } from './role.ts';
import { vacuumAction } from './vacuum.ts';

/** The actions of this integration; `servers` is asked at each step. */
export function postgresActions(servers: PostgresServers): Action[] {
  return [
    cancelAction(servers),
    terminateAction(servers),
    deleteBatchesAction(servers),
    vacuumAction(servers),
    reloadAction(servers),
  ];
}
