import type { Timer } from '../domain/clock.ts';
import type { ConsolePorts } from './ports.ts';

/** Scrolling past a container is no reason to meter it. */
const SETTLE_MS = 250;

/** Tells the program which containers' usage is on the screen: no other is metered for it. */
export interface Interest {
  /** `viewer` shows the usage of these containers now; none once it is gone. */
  shows(viewer: object, ids: readonly string[]): void;
  close(): void;
}

const sameIds = (a: ReadonlySet<string>, b: ReadonlySet<string>) =>
  a.size === b.size && [...a].every((id) => b.has(id));

export function createInterest(ports: ConsolePorts): Interest {
  const viewers = new Map<object, readonly string[]>();
  let told: ReadonlySet<string> = new Set();
  let timer: Timer | null = null;
  const tell = () => {
    timer = null;
    const wanted = new Set([...viewers.values()].flat());
    if (sameIds(wanted, told)) return;
    told = wanted;
    ports.watchUsage?.(wanted);
  };
  return {
    shows(viewer, ids) {
      if (ids.length === 0) viewers.delete(viewer);
      else viewers.set(viewer, ids);
      if (ports.watchUsage === undefined) return;
      timer ??= ports.clock.after(SETTLE_MS, tell);
    },
    close: () => timer?.cancel(),
  };
}
