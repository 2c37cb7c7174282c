import { createContext, useContext, useSyncExternalStore } from 'react';
import { useStore } from 'zustand';
import { useShallow } from 'zustand/react/shallow';
import { createStore } from 'zustand/vanilla';
import type { Appearance } from '../../src/console/appearance.ts';
import type { Console } from '../../src/console/console.ts';
import type { BoardState, ConsolePorts, ReplayPort } from '../../src/console/ports.ts';
import type { SessionState } from '../../src/console/session.ts';
import type { LiveState } from '../../src/live/state.ts';
import type { Ticker } from './ticker.ts';

export type { Appearance } from '../../src/console/appearance.ts';

/** What every part of the screen may use. It changes as a whole, when another region is gone to. */
export interface Stage {
  /** Counts the regions that were gone to. */
  readonly generation: number;
  readonly console: Console;
  readonly ports: ConsolePorts;
  readonly ticker: Ticker;
  readonly appearance: Appearance;
}

export const StageContext = createContext<Stage | null>(null);

export function useStage(): Stage {
  const stage = useContext(StageContext);
  if (stage === null) throw new Error('a view was drawn outside the stage');
  return stage;
}

/** A part of the session; redraws only when that part changes. */
export function useSession<T>(select: (session: SessionState) => T): T {
  return useStore(useStage().console.session, useShallow(select));
}

/** A part of the facts; while the panels are frozen, as they were then. */
export function useLive<T>(select: (live: LiveState) => T): T {
  const frozen = useSession((session) => session.frozen?.live ?? null);
  return useStore(
    useStage().ports.live,
    useShallow((live) => select(frozen ?? live)),
  );
}

/** A part of what is suggested and open; while the panels are frozen, as it was then. */
export function useBoard<T>(select: (board: BoardState) => T): T {
  const frozen = useSession((session) => session.frozen?.board ?? null);
  return useStore(
    useStage().ports.board,
    useShallow((board) => select(frozen ?? board)),
  );
}

/** No replay: what is shown is now. */
const NOW = createStore(() => ({ at: 0, paused: true, speed: 0, ended: false }));

/** How a replay goes on; null where what is shown is now. */
export function useReplay(): Omit<ReturnType<ReplayPort['state']['getState']>, 'at'> | null {
  const { replay } = useStage().ports;
  const standing = useStore(
    replay?.state ?? NOW,
    useShallow(({ ended, paused, speed }) => ({ ended, paused, speed })),
  );
  return replay === undefined ? null : standing;
}

/** The shared second; only leaves that draw a time may use it. */
export function useTick(): number {
  const { ticker } = useStage();
  return useSyncExternalStore(ticker.subscribe, ticker.now);
}
