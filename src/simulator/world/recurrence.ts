import type { Change } from './change.ts';
import type { World } from './world.ts';

/** What is behind it goes on: it happens again and again, whatever is done about what it did. */
export interface Recurrence {
  readonly name: string;
  readonly everyMs: number;
  /** The container of a change is named by its service: who mends it may have made another one. */
  readonly changes: readonly Change[];
}

/** One of a world, with the moment of its next time. */
export interface Recurring extends Recurrence {
  readonly nextAt: number;
}

/** From now on it happens again and again; one of the same name is replaced. */
export function beginsToRecur(world: World, recurrence: Recurrence): void {
  const others = world.recurring.filter(({ name }) => name !== recurrence.name);
  world.recurring = [...others, { ...recurrence, nextAt: world.now + recurrence.everyMs }];
}
