import type { Image } from './system.ts';

/** What is in an image, before the engine holds it under a name. */
export type ImageContent = Omit<Image, 'id' | 'createdAt' | 'refs'>;

/** Where images come from that the engine does not hold yet. */
export interface Supply {
  /** Those of registries, by their references; how long ago they were built, just now unless told. */
  readonly registry: Readonly<Record<string, ImageContent & { readonly ageMs?: number }>>;
  /** What building makes, by the service or the target of its Dockerfile. */
  readonly builds: Readonly<Record<string, ImageContent & { readonly takesMs: number }>>;
}
