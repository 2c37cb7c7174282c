import type { RepositorySeed } from './repository.ts';
import type { SiteSeed } from './site.ts';
import type { Supply } from './supply.ts';
import type { Warehouse } from './warehouse.ts';

/** The programs that the world can run. */
export type ProgramKind =
  | 'falcon-worker'
  | 'nginx'
  | 'redis'
  | 'postgres'
  | 'saasguard-api'
  | 'superset'
  | 'dbt'
  | 'idle'
  | 'caddy'
  | 'dashboard'
  | 'flags-server';

/** What a release does that others do not: it comes with its image. */
interface Release {
  /** Of the inferences that reach the model, this share fails. 0 to 1. */
  readonly errorShare: number;
  /** What the model takes of a processor for an inference, ms. */
  readonly inferenceMs: number;
  /** A module that its program imports and the image lacks. */
  readonly missingModule?: string;
  /** Its breakers are handed what cannot be called, and take every call for a failure. */
  readonly brokenBreakers?: boolean;
}

/** An image that the engine holds. */
export interface Image {
  /** `sha256:…` */
  readonly id: string;
  readonly refs: readonly string[];
  readonly createdAt: number;
  readonly sizeBytes: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  readonly command: readonly string[];
  readonly program: ProgramKind;
  readonly release: Release;
  /** Who its programs run as; root unless told. */
  readonly user?: { readonly uid: number; readonly gid: number; readonly name: string };
  /** Files that lie in it, where no folder is mounted over them. */
  readonly files?: Readonly<Record<string, string>>;
}

/** Who asks the system for something. */
export interface Load {
  /** Requests a second, on average. */
  readonly perSecond: number;
  /** Of these, so many ask for one of the usual texts. 0 to 1. */
  readonly repeatedShare: number;
  /** The usual texts. */
  readonly texts: number;
  /** Waiting at the same time; more is not sent. */
  readonly mostInFlight: number;
  /** How long one of them waits for its answer. */
  readonly patienceMs: number;
  /** What is asked for, where a program has more than one thing to answer. */
  readonly mix?: readonly RequestKind[];
  /** The service that takes them, and its port. */
  readonly service: string;
  readonly port: number;
}

/** A kind of request, among those of a load. */
interface RequestKind {
  /** How often it comes, beside the others. */
  readonly weight: number;
  readonly method: string;
  /** `{customer}` is another one each time. */
  readonly path: string;
  readonly body?: string;
}

/** An image before the world gives it an id. */
export interface ImageSeed extends Omit<Image, 'id' | 'createdAt'> {
  readonly ageMs: number;
}

/** The table that requests are logged in, as SQL. */
export interface LoggedTable {
  /** Makes it, with what was logged before. */
  readonly seed: string;
  /** Logs `rows` more, after the `first` ones, evenly between two moments, epoch ms. */
  insert(what: {
    readonly first: number;
    readonly rows: number;
    readonly fromMs: number;
    readonly toMs: number;
  }): string;
}

/** Files of a project's folder by their paths in it: text, or an object that is written as YAML. */
export type ProjectFiles = Readonly<Record<string, string | object>>;

/**
 * A system as it is before anything broke: all that makes it this one. What its containers are is told by its
 * compose file, as for a real engine.
 */
export interface SystemDescription {
  readonly name: string;
  /** The compose project. */
  readonly project: string;
  /** Between the parts of a container's name: compose's first version writes `_`. */
  readonly separator?: '-' | '_';
  readonly files: ProjectFiles;
  readonly images: readonly ImageSeed[];
  readonly load: Load;
  readonly supply?: Partial<Supply>;
  readonly warehouse?: Warehouse;
  readonly repository?: RepositorySeed;
  readonly table?: LoggedTable;
  /** Scripts of the project, and the file that each writes. */
  readonly scripts?: Readonly<Record<string, { readonly path: string; readonly text: string }>>;
  /**
   * What a console has to be told of its region beside its engine, as in a configuration file; `{folder}` is
   * the simulator's own.
   */
  readonly region?: Readonly<Record<string, unknown>>;
  /** Where it stands, where that matters. */
  readonly site?: SiteSeed;
  /** Its compose files, where they are not the usual one. */
  readonly composeFiles?: readonly string[];
  /** How long its containers have been up when the world begins. */
  readonly upMs: number;
}
