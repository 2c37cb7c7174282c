import type { LogCommand } from './log-commands.ts';

/** The panels, in the order of their digits. */
export const panelIds = [
  'containers',
  'metrics',
  'breakers',
  'database',
  'cache',
  'checks',
  'host',
  'alerts',
  'pods',
  'regions',
] as const;

export type PanelId = (typeof panelIds)[number];

/** The digit that chooses a panel: the tenth has the 0. */
export function digitOf(panel: PanelId): number {
  return (panelIds.indexOf(panel) + 1) % 10;
}

/** How a run may be left for good by its operator. */
export type StopOutcome = 'stopped' | 'watching' | 'handed-over';

/** Everything a key can ask for. The dispatcher is the only one that carries it out. */
export type Command =
  | { readonly type: 'interrupt' }
  | { readonly type: 'leave' }
  | { readonly type: 'back' }
  | { readonly type: 'help' }
  | { readonly type: 'freeze' }
  | { readonly type: 'replay-toggle' }
  | { readonly type: 'replay-step'; readonly by: 1 | -1 }
  | { readonly type: 'replay-pace'; readonly by: 1 | -1 }
  | { readonly type: 'redraw' }
  | { readonly type: 'palette' }
  | { readonly type: 'palette-move'; readonly step: 1 | -1 }
  | { readonly type: 'palette-complete' }
  | { readonly type: 'pick-move'; readonly step: 1 | -1 }
  | { readonly type: 'form-back' }
  | { readonly type: 'focus'; readonly panel: PanelId }
  | { readonly type: 'next-panel'; readonly step: 1 | -1 }
  | { readonly type: 'open' }
  /** Everything known of the chosen row, where Enter does something else with it. */
  | { readonly type: 'details' }
  | { readonly type: 'region'; readonly name: string }
  | { readonly type: 'sort'; readonly step: 1 | -1 }
  | { readonly type: 'reverse' }
  | { readonly type: 'columns' }
  | { readonly type: 'mark' }
  | { readonly type: 'clear-marks' }
  | { readonly type: 'copy' }
  | { readonly type: 'logs' }
  | LogCommand
  | { readonly type: 'filter' }
  | { readonly type: 'move'; readonly by: 'line' | 'page' | 'edge'; readonly direction: 1 | -1 }
  | { readonly type: 'recommended' }
  | { readonly type: 'picker' }
  | { readonly type: 'timeline' }
  | { readonly type: 'offers' }
  | { readonly type: 'rot' }
  | { readonly type: 'act' }
  | { readonly type: 'preview' }
  | { readonly type: 'evidence' }
  | { readonly type: 'other-branch' }
  /** One of the ways that are numbered on the screen, from 0. */
  | { readonly type: 'way'; readonly place: number }
  | { readonly type: 'jump' }
  | { readonly type: 'values' }
  | { readonly type: 'tick' }
  | { readonly type: 'copy-message' }
  | { readonly type: 'output' }
  | { readonly type: 'hand-over' }
  | { readonly type: 'take-over' }
  | { readonly type: 'skip' }
  | { readonly type: 'step-back' }
  | { readonly type: 'note' }
  | { readonly type: 'undo' }
  | { readonly type: 'escalate' }
  | { readonly type: 'stop' }
  | { readonly type: 'confirm' }
  | { readonly type: 'confirm-typed' }
  | { readonly type: 'confirm-reason' }
  | { readonly type: 'submit' }
  | { readonly type: 'close' }
  | { readonly type: 'quick'; readonly key: string };
