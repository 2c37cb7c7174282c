/** The panels, in the order of their digits. */
export const panelIds = ['containers', 'metrics', 'breakers', 'cache', 'checks'] as const;
export type PanelId = (typeof panelIds)[number];

/** How a run may be left for good by its operator. */
export type StopOutcome = 'stopped' | 'watching' | 'handed-over';

/** Everything a key can ask for. The dispatcher is the only one that carries it out. */
export type Command =
  | { readonly type: 'interrupt' }
  | { readonly type: 'leave' }
  | { readonly type: 'back' }
  | { readonly type: 'help' }
  | { readonly type: 'freeze' }
  | { readonly type: 'focus'; readonly panel: PanelId }
  | { readonly type: 'open' }
  | { readonly type: 'filter' }
  | { readonly type: 'move'; readonly by: 'line' | 'page' | 'edge'; readonly direction: 1 | -1 }
  | { readonly type: 'recommended' }
  | { readonly type: 'picker' }
  | { readonly type: 'timeline' }
  | { readonly type: 'act' }
  | { readonly type: 'preview' }
  | { readonly type: 'evidence' }
  | { readonly type: 'other-branch' }
  | { readonly type: 'skip' }
  | { readonly type: 'step-back' }
  | { readonly type: 'note' }
  | { readonly type: 'undo' }
  | { readonly type: 'escalate' }
  | { readonly type: 'stop' }
  | { readonly type: 'confirm' }
  | { readonly type: 'confirm-typed' }
  | { readonly type: 'submit' }
  | { readonly type: 'close' }
  | { readonly type: 'quick'; readonly key: string };
