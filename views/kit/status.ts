import { useCallback, useSyncExternalStore } from 'react';
import type { FactKind } from '../../src/domain/fact.ts';
import { type PanelStatus, panelStatus, sourcesOf } from '../../src/live/selectors.ts';
import type { LiveState } from '../../src/live/state.ts';
import type { Tone } from '../present/line.ts';
import { type StatusWords, statusWords } from '../present/status.ts';
import { useBoard, useLive, useSession, useStage } from './context.ts';

function statusOf(live: LiveState, kinds: readonly FactKind[]): PanelStatus {
  return panelStatus(kinds.flatMap((kind) => sourcesOf(live, kind)));
}

/** How the sources of a panel stand, as far as it changes what is drawn. */
export interface Standing extends Pick<PanelStatus, 'status' | 'source'> {
  /** True while some fail and others live. */
  readonly partly: boolean;
}

/**
 * How the sources of some kinds stand. An answer that changes nothing changes nothing here: the source
 * is told only while it fails.
 */
export function useStanding(kinds: readonly FactKind[]): Standing {
  return useLive((live): Standing => {
    const { live: well, source, status } = statusOf(live, kinds);
    const failed = status === 'failed';
    return { status, source: failed ? source : null, partly: failed && well > 0 };
  });
}

/** The word at the end of a panel's title; drawn again only when the word changes. */
export function useStatusWords(kinds: readonly FactKind[]): StatusWords {
  const { ports, ticker } = useStage();
  const frozen = useSession((session) => session.frozen);
  const starting = useBoard((board) => board.starting === true);
  const subscribe = useCallback(
    (listener: () => void) => {
      const stops = [ports.live.subscribe(listener), ticker.subscribe(listener)];
      return () => {
        for (const stop of stops) stop();
      };
    },
    [ports, ticker],
  );
  const packed = useSyncExternalStore(subscribe, () => {
    const live = frozen?.live ?? ports.live.getState();
    const status = statusOf(live, kinds);
    if (starting && status.status === 'empty') return 'quiet ◌ connecting…';
    const { tone, text } = statusWords(status, frozen?.at ?? ticker.now());
    return `${tone} ${text}`;
  });
  const at = packed.indexOf(' ');
  return { tone: packed.slice(0, at) as Tone, text: packed.slice(at + 1) };
}
