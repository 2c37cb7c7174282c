import { sanitizeLine } from '../../domain/sanitize.ts';
import {
  arrayIn,
  arrayOf,
  decoding,
  maybeNumber,
  maybeText,
  objectIn,
  objectOf,
  textIn,
  type Wire,
} from './wire.ts';

/** An image the engine holds; every string is sanitized. */
export interface EngineImage {
  /** `sha256:…` */
  readonly id: string;
  /** `repository:tag`, sorted; empty for one whose tags were moved away. */
  readonly refs: readonly string[];
  /** Repositories it was pulled from by digest. */
  readonly repositories: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** Epoch ms. */
  readonly createdAt: number;
  readonly sizeBytes: number;
  /** Of its size what other images use as well; null where it is not counted. */
  readonly sharedBytes: number | null;
  /** Containers made of it; null where they are not counted. */
  readonly containers: number | null;
}

/** What the engine's own accounting tells. */
export interface EngineDisk {
  readonly images: readonly EngineImage[];
  readonly containers: readonly StoppedOrNot[];
  readonly volumes: readonly { readonly name: string; readonly sizeBytes: number; used: boolean }[];
  readonly buildCache: readonly CacheEntry[];
  /** All layers, each counted once. */
  readonly layersBytes: number;
}

interface StoppedOrNot {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly project: string | null;
  readonly oneOff: boolean;
  /** What it has written into its own layer. */
  readonly sizeBytes: number;
}

interface CacheEntry {
  readonly id: string;
  readonly sizeBytes: number;
  readonly inUse: boolean;
  readonly description: string;
}

const NO_TAG = '<none>:<none>';

function textsIn(wire: Wire, name: string): string[] {
  return arrayIn(wire, name).filter((value) => typeof value === 'string');
}

function counted(wire: Wire, name: string): number | null {
  const value = maybeNumber(wire, name);
  return value === null || value < 0 ? null : value;
}

function labelsOf(wire: Wire): Record<string, string> {
  const labels = objectIn(wire, 'Labels');
  return Object.fromEntries(
    Object.keys(labels).map((name) => [
      sanitizeLine(name),
      sanitizeLine(maybeText(labels, name) ?? ''),
    ]),
  );
}

function imageOf(value: unknown): EngineImage {
  const wire = objectOf(value, 'Images');
  const digests = textsIn(wire, 'RepoDigests').map((text) => text.split('@')[0] ?? '');
  return {
    id: sanitizeLine(textIn(wire, 'Id')),
    refs: textsIn(wire, 'RepoTags')
      .filter((ref) => ref !== NO_TAG)
      .map(sanitizeLine)
      .sort(),
    repositories: digests.filter((name) => name !== '' && name !== '<none>').map(sanitizeLine),
    labels: labelsOf(wire),
    createdAt: (maybeNumber(wire, 'Created') ?? 0) * 1000,
    sizeBytes: maybeNumber(wire, 'Size') ?? 0,
    sharedBytes: counted(wire, 'SharedSize'),
    containers: counted(wire, 'Containers'),
  };
}

/** Decodes `GET /images/json`, newest first. */
export function decodeImages(value: unknown): readonly EngineImage[] {
  return decoding('the list of images', () =>
    arrayOf(value)
      .map(imageOf)
      .sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1)),
  );
}

function containerOf(value: unknown): StoppedOrNot {
  const wire = objectOf(value, 'Containers');
  const labels = objectIn(wire, 'Labels');
  const id = textIn(wire, 'Id');
  const name = textsIn(wire, 'Names')[0]?.replace(/^\//, '') ?? id.slice(0, 12);
  const project = maybeText(labels, 'com.docker.compose.project');
  return {
    id,
    name: sanitizeLine(name),
    state: sanitizeLine(textIn(wire, 'State')),
    project: project === null ? null : sanitizeLine(project),
    oneOff: maybeText(labels, 'com.docker.compose.oneoff')?.toLowerCase() === 'true',
    sizeBytes: maybeNumber(wire, 'SizeRw') ?? 0,
  };
}

function volumeOf(value: unknown): EngineDisk['volumes'][number] {
  const wire = objectOf(value, 'Volumes');
  const usage = objectIn(wire, 'UsageData');
  return {
    name: sanitizeLine(textIn(wire, 'Name')),
    sizeBytes: counted(usage, 'Size') ?? 0,
    used: (maybeNumber(usage, 'RefCount') ?? 1) !== 0,
  };
}

function cacheOf(value: unknown): CacheEntry {
  const wire = objectOf(value, 'BuildCache');
  return {
    id: textIn(wire, 'ID'),
    sizeBytes: maybeNumber(wire, 'Size') ?? 0,
    inUse: wire['InUse'] === true,
    description: sanitizeLine(maybeText(wire, 'Description') ?? ''),
  };
}

/** Decodes `GET /system/df`. */
export function decodeDisk(value: unknown): EngineDisk {
  return decoding('the accounting of its disk', () => {
    const wire = objectOf(value, 'answer');
    return {
      images: arrayIn(wire, 'Images').map(imageOf),
      containers: arrayIn(wire, 'Containers').map(containerOf),
      volumes: arrayIn(wire, 'Volumes').map(volumeOf),
      buildCache: arrayIn(wire, 'BuildCache').map(cacheOf),
      layersBytes: maybeNumber(wire, 'LayersSize') ?? 0,
    };
  });
}
