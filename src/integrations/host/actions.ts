import type { Action } from '../contract.ts';
import { deleteFilesAction } from './delete-files.ts';
import { endProcessAction } from './end-process.ts';
import type { HostAccess } from './here.ts';

/** The actions of this integration. They change the host that the program runs on, and no other. */
export function hostActions(host: HostAccess): Action[] {
  return [deleteFilesAction(host), endProcessAction(host)];
}
