import { InvalidArgumentError } from 'commander';

/** Seconds a headless command waits for the sources' first answers. */
export const WAIT_SECONDS = 10;

/** Reads the seconds of an option. */
export function seconds(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value < 0 || value > 3600) {
    throw new InvalidArgumentError('give seconds, 0 to 3600');
  }
  return value;
}

/** A frame smaller than this shows nothing; larger than this is no terminal's. */
const FRAME_CELLS = { least: 10, most: 1000 } as const;

/** Reads a frame’s width or height. */
export function cells(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < FRAME_CELLS.least || value > FRAME_CELLS.most) {
    throw new InvalidArgumentError(`give cells, ${FRAME_CELLS.least} to ${FRAME_CELLS.most}`);
  }
  return value;
}

/** How many times as fast as it was an incident is replayed unless told. */
export const SPEED = 10;
const SPEED_MAX = 300;

/** Reads the speed of a replay. */
export function speed(text: string): number {
  const value = Number(text);
  if (value >= 1 && value <= SPEED_MAX) return value;
  throw new InvalidArgumentError(`give a number, 1 to ${SPEED_MAX}`);
}

/** Reads a whole number. */
export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0)
    throw new InvalidArgumentError('give a whole number');
  return value;
}
