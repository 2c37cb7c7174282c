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

/** Runs sliced work to its end, and lets others have their turn at each pause. */
export async function inTurns<T>(work: Sliced<T>): Promise<T> {
  let step = work.next();
  while (step.done !== true) {
    await new Promise<void>((resolve) => void setImmediate(resolve));
    step = work.next();
  }
  return step.value;
}
