import type { Action } from '../contract.ts';
import type { EnvFiles } from './place.ts';
import { restoreAction } from './restore.ts';
import { type Me, setAction } from './set.ts';

/** Whom this process writes files as. */
const thisUser = (): Me => ({
  uid: process.geteuid?.() ?? 0,
  groups: [process.getegid?.() ?? 0, ...(process.getgroups?.() ?? [])],
});

/** The actions of this integration. */
export function envfileActions(files: EnvFiles, me: () => Me = thisUser): Action[] {
  return [setAction(files, me), restoreAction(files, me)];
}
