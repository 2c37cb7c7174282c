import type { Container } from '../container.ts';
import { fileIn, may } from '../files.ts';
import type { Warehouse } from '../warehouse.ts';
import type { World } from '../world.ts';

/** A database that is open, or why it could not be opened, in DuckDB's words. */
export type Opened = { readonly warehouse: Warehouse } | { readonly failure: string };

/**
 * Opens the warehouse's file as a program in a container does.
 * @param write nobody else may have it open for writing either way
 */
export function openWarehouse(
  world: World,
  container: Container,
  path: string,
  user: { readonly uid: number; readonly gid: number },
  write: boolean,
): Opened {
  const file = fileIn(world, container, path);
  const { warehouse } = world;
  if (file === null || warehouse === null) {
    return { failure: `IO Error: Cannot open database "${path}": database does not exist` };
  }
  if (!may(file, user.uid, user.gid, write)) {
    return { failure: `IO Error: Cannot open file "${path}": Permission denied` };
  }
  if (warehouse.heldBy !== null) {
    const holder = `Conflicting lock is held in ${warehouse.heldBy}`;
    return { failure: `IO Error: Could not set lock on file "${path}": ${holder}` };
  }
  return { warehouse };
}
