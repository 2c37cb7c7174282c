import type { Action } from '../contract.ts';
import { deleteBatchesAction } from './delete-batches.ts';
import { cancelAction, terminateAction } from './end-session.ts';
import { extensionAction } from './extension.ts';
import { promoteAction } from './promote.ts';
import { reloadAction } from './reload.ts';
import type { PostgresServers } from './role.ts';
import { setAction } from './set-setting.ts';
import { vacuumAction } from './vacuum.ts';

/** The actions of this integration; `servers` is asked at each step. */
export function postgresActions(servers: PostgresServers): Action[] {
  return [
    cancelAction(servers),
    terminateAction(servers),
    deleteBatchesAction(servers),
    vacuumAction(servers),
    reloadAction(servers),
    setAction(servers),
    extensionAction(servers),
    promoteAction(servers),
  ];
}
