/** Something that keeps its identity from one observation to the next. */
export interface Identified {
  readonly id: string;
}
