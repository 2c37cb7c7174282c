/** The world's time beside that of everybody else. */
export interface WorldClock {
  readonly factor: number;
  /** The world's time now. */
  now(): number;
  /** From now on the world's time goes so many times as fast. */
  setFactor(factor: number): void;
  /** When a moment of the world's was, or will be, by everybody else's clock. The answer never changes. */
  outside(worldMs: number): number;
  /** How long something of the world takes by everybody else's clock. */
  lasts(worldMs: number): number;
}

interface Anchor {
  readonly world: number;
  readonly outside: number;
  readonly factor: number;
}

/**
 * A clock of which both times are the same when it begins.
 * @param real everybody else's clock, epoch ms
 */
export function createWorldClock(real: () => number, factor = 1): WorldClock {
  const begun = real();
  // Before its begin the world's time is taken as it is: all it did then it did at no cost of time.
  const anchors: Anchor[] = [{ world: begun, outside: begun, factor }];
  const last = (): Anchor => anchors.at(-1) ?? { world: begun, outside: begun, factor };
  const now = () => {
    const { world, outside, factor: speed } = last();
    return world + (real() - outside) * speed;
  };
  return {
    get factor() {
      return last().factor;
    },
    now,
    setFactor(next) {
      anchors.push({ world: now(), outside: real(), factor: next });
    },
    outside(worldMs) {
      const anchor = anchors.findLast(({ world }) => world <= worldMs);
      if (anchor === undefined) return worldMs;
      return anchor.outside + (worldMs - anchor.world) / anchor.factor;
    },
    lasts: (worldMs) => worldMs / last().factor,
  };
}
