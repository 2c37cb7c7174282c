import type { DatabaseSession } from './database.ts';

/** One line of the blocking tree. */
export interface BlockingNode {
  /** 0 is a prepared transaction: no session holds its locks any more. */
  readonly pid: number;
  /** Null when it blocks but is not among the sessions. */
  readonly session: DatabaseSession | null;
  /** 0 for a root blocker, who waits for nobody. */
  readonly depth: number;
  /** How many wait for it, directly or behind others; some may be drawn below another blocker. */
  readonly waiters: number;
}

type Waiting = ReadonlyMap<number, readonly number[]>;
type Parents = ReadonlyMap<number, number | null>;

/**
 * Who stands directly behind whom: of several blockers the one that itself stands last in line, so that
 * each session is drawn once and below everyone it waits for first.
 */
function parentsOf(waiting: Waiting): Parents {
  const parents = new Map<number, number | null>();
  const levels = new Map<number, number>();
  const visiting = new Set<number>();
  const levelOf = (pid: number): number => {
    const known = levels.get(pid);
    if (known !== undefined) return known;
    visiting.add(pid);
    let level = 0;
    let parent: number | null = null;
    for (const blocker of waiting.get(pid) ?? []) {
      // A deadlock the server has not yet resolved goes in a circle.
      if (visiting.has(blocker)) continue;
      const behind = levelOf(blocker) + 1;
      if (behind > level) {
        level = behind;
        parent = blocker;
      }
    }
    visiting.delete(pid);
    levels.set(pid, level);
    parents.set(pid, parent);
    return level;
  };
  for (const pid of waiting.keys()) levelOf(pid);
  return parents;
}

function childrenOf(parents: Parents): ReadonlyMap<number, readonly number[]> {
  const children = new Map<number, number[]>();
  for (const [pid, parent] of parents) {
    if (parent === null) continue;
    const siblings = children.get(parent);
    if (siblings) siblings.push(pid);
    else children.set(parent, [pid]);
  }
  return children;
}

/** Counts everyone who waits for `pid`, directly or behind others. */
function waitersOf(pid: number, waiting: Waiting): number {
  const behind = new Set([pid]);
  for (let before = 0; before !== behind.size; ) {
    before = behind.size;
    for (const [waiter, blockers] of waiting) {
      if (blockers.some((blocker) => behind.has(blocker))) behind.add(waiter);
    }
  }
  return behind.size - 1;
}

/**
 * Who blocks whom, in the order it is drawn: root blockers first, the one with the most waiters on
 * top, below each those who wait for it, the longest waiting first. Everyone stands there once.
 */
export function blockingTree(sessions: readonly DatabaseSession[]): readonly BlockingNode[] {
  const waiting: Waiting = new Map(
    sessions.filter((one) => one.blockedBy.length > 0).map((one) => [one.pid, one.blockedBy]),
  );
  if (waiting.size === 0) return [];
  const byPid = new Map(sessions.map((session) => [session.pid, session]));
  const parents = parentsOf(waiting);
  const children = childrenOf(parents);
  const since = (pid: number) => byPid.get(pid)?.queryStart ?? Number.POSITIVE_INFINITY;
  const earlier = (a: number, b: number) =>
    since(a) === since(b) ? a - b : since(a) < since(b) ? -1 : 1;

  const draw = (pid: number, depth: number): BlockingNode[] => [
    { pid, session: byPid.get(pid) ?? null, depth, waiters: waitersOf(pid, waiting) },
    ...[...(children.get(pid) ?? [])].sort(earlier).flatMap((child) => draw(child, depth + 1)),
  ];
  const roots = [...parents.keys()].filter((pid) => parents.get(pid) === null);
  const trees = roots.sort(earlier).map((pid) => draw(pid, 0));
  return trees.sort(([a], [b]) => (b?.waiters ?? 0) - (a?.waiters ?? 0)).flat();
}

/** A session with how long it has been at something. */
export interface Lasting {
  readonly session: DatabaseSession;
  readonly durationMs: number;
}

function earliest(
  sessions: readonly DatabaseSession[],
  now: number,
  startOf: (session: DatabaseSession) => number | null,
): Lasting | null {
  let found: { session: DatabaseSession; start: number } | null = null;
  for (const session of sessions) {
    const start = startOf(session);
    if (start !== null && (found === null || start < found.start)) found = { session, start };
  }
  return found && { session: found.session, durationMs: Math.max(0, now - found.start) };
}

/** True while the session runs a query, rather than waiting for its client. */
export function isActive(session: DatabaseSession): boolean {
  return session.state === 'active' || session.state === 'fastpath function call';
}

/**
 * The query that has run longest and the transaction that has been open longest.
 * @param now epoch ms by this host's clock
 */
export function longest(
  sessions: readonly DatabaseSession[],
  now: number,
): { readonly query: Lasting | null; readonly transaction: Lasting | null } {
  return {
    query: earliest(sessions, now, (one) => (isActive(one) ? one.queryStart : null)),
    transaction: earliest(sessions, now, (one) => one.transactionStart),
  };
}
