/** What the keys of the log screen ask for. */
export type LogCommand =
  | { readonly type: 'log'; readonly verb: LogVerb }
  /** Lines of the last so many minutes; null for the last lines whatever their age. */
  | { readonly type: 'log'; readonly verb: 'since'; readonly minutes: LogMinutes };

export type LogVerb =
  | 'back'
  | 'follow'
  | 'pause'
  | 'search'
  | 'next'
  | 'before'
  | 'filter'
  | 'level'
  | 'time'
  | 'wrap'
  | 'enter'
  | 'previous'
  | 'sources'
  | 'left'
  | 'right';

/** How far back the digits from 0 go. */
export const logMinutes = [null, 1, 5, 15, 30, 60, 360] as const;
export type LogMinutes = (typeof logMinutes)[number];
