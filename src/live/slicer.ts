import type { Clock, Timer } from '../domain/clock.ts';
import type { Sliced } from '../signals/sliced.ts';

/** Sliced work goes on for about this long before keys get their turn. */
const SLICE_MS = 4;

/** Does one piece of sliced work after the other, letting keys have their turn in between. */
export interface Slicer {
  /**
   * Does the first slice now and the others by themselves. What is short is done at once.
   * @param take told of the result; not called for work that is dropped or throws
   * @param ended called after that, and when the work throws, unless all was done at once
   * @returns whether all was done at once
   */
  begin<T>(work: Sliced<T>, take: (result: T) => void, ended: () => void): boolean;
  /** Does what is left of the work under way now. */
  finish(): void;
  /** Forgets the work under way. */
  drop(): void;
}

export function createSlicer(clock: Clock): Slicer {
  let goOn: ((wholly: boolean) => void) | null = null;
  let next: Timer | null = null;

  const drop = () => {
    next?.cancel();
    next = null;
    goOn = null;
  };

  /** The result, or null when the slice is over before the work is. */
  function slice<T>(work: Sliced<T>, wholly: boolean): { readonly result: T } | null {
    const startedAt = clock.now();
    let step = work.next();
    while (step.done !== true) {
      const spentMs = clock.now() - startedAt;
      // A negative time means that the host's clock was set back.
      if (!wholly && (spentMs >= SLICE_MS || spentMs < 0)) return null;
      step = work.next();
    }
    return { result: step.value };
  }

  return {
    begin(work, take, ended) {
      /** One more slice; false while there is more to do. */
      const step = (wholly: boolean): boolean => {
        drop();
        const done = slice(work, wholly);
        if (done !== null) take(done.result);
        else {
          goOn = later;
          next = clock.after(0, () => later(false));
        }
        return done !== null;
      };
      const later = (wholly: boolean) => {
        let waits = false;
        try {
          waits = !step(wholly);
        } finally {
          if (!waits) ended();
        }
      };
      return step(false);
    },
    finish: () => goOn?.(true),
    drop,
  };
}
