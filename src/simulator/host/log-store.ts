import type { LogHappening } from '../world/world.ts';

/** A line of a container's log, as it is kept. */
export type Line = Pick<LogHappening, 'at' | 'stream' | 'text'>;

/** Lines kept of one container; the engine's own logs turn over in the same way. */
const LINES_MAX = 2000;

/** The logs of all containers. */
export interface LogStore {
  /** Takes lines in; those of later than `now` stay out of sight until it is their time. */
  take(lines: readonly LogHappening[], now: number): void;
  /** What a container wrote, oldest first. */
  of(container: string): readonly Line[];
  /** Hands on each further line of a container. @returns ends it */
  follow(container: string, deliver: (line: Line) => void): () => void;
  forget(container: string): void;
}

export function createLogStore(): LogStore {
  const kept = new Map<string, Line[]>();
  let later: LogHappening[] = [];
  const followers = new Map<string, Set<(line: Line) => void>>();

  const keep = ({ container, at, stream, text }: LogHappening) => {
    const lines = kept.get(container) ?? [];
    kept.set(container, lines);
    const line: Line = { at, stream, text };
    lines.push(line);
    if (lines.length > LINES_MAX * 1.25) lines.splice(0, lines.length - LINES_MAX);
    for (const deliver of followers.get(container) ?? []) deliver(line);
  };

  return {
    take(lines, now) {
      const all = later.concat(lines);
      const due = all.filter(({ at }) => at <= now).sort((a, b) => a.at - b.at);
      later = all.filter(({ at }) => at > now);
      for (const line of due) keep(line);
    },
    of: (container) => kept.get(container)?.slice(-LINES_MAX) ?? [],
    follow(container, deliver) {
      const all = followers.get(container) ?? new Set();
      followers.set(container, all.add(deliver));
      return () => {
        all.delete(deliver);
        if (all.size === 0) followers.delete(container);
      };
    },
    forget(container) {
      kept.delete(container);
      later = later.filter((line) => line.container !== container);
    },
  };
}
