/** What can be acted on; each kind has names of its own. */
export const targetKinds = [
  'container',
  'compose-service',
  'image',
  'volume',
  'redis-database',
  'redis-setting',
  'redis-keys',
  'database',
  'session',
  'table',
  'file',
  'path',
  'process',
  'command',
  'message',
] as const;
export type TargetKind = (typeof targetKinds)[number];

/**
 * What an action will touch, frozen when its dialog opens. `identity` is read again at the moment of
 * execution; any difference refuses the action.
 */
export interface FrozenTarget {
  readonly kind: TargetKind;
  /** The name an operator knows, e.g. `falcon-redis`. */
  readonly name: string;
  /** Short form of the identity for the dialog, e.g. `47357c4bcfa0`. */
  readonly shortId: string;
  /** Context for the dialog, e.g. `project falcon`. */
  readonly detail: string;
  /** Everything that must still be equal at execution. */
  readonly identity: Readonly<Record<string, string>>;
}

/** The name under which a target is locked. */
export function targetKey(target: FrozenTarget): string {
  return `${target.kind}:${target.name}`;
}
