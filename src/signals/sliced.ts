/** Work that pauses now and then, so that whoever runs it can let others have their turn. */
export type Sliced<T> = Generator<undefined, T, undefined>;

/** Entities looked at between two pauses: well below a millisecond's work. */
const ENTITIES_AT_ONCE = 250;

/** Tells after which entities sliced work pauses: `if (pause.due()) yield;`. */
export function createPause(every = ENTITIES_AT_ONCE): { due(): boolean } {
  let seen = 0;
  return {
    due() {
      seen += 1;
      return seen % every === 0;
    },
  };
}

/** Runs sliced work to its end at once. */
export function finished<T>(work: Sliced<T>): T {
  let step = work.next();
  while (step.done !== true) step = work.next();
  return step.value;
}
