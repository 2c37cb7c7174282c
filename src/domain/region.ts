/** The place a console looks at: its name is on every frame and in every journal event. */
export interface Region {
  readonly name: string;
  /** The pack that describes its system, e.g. `falcon`; null while none fits. */
  readonly system: string | null;
}
