import type { DatabaseChange, Lock, Session } from '../postgres/world.ts';
import type { ContainerSettings, Limits, RestartPolicy } from './container.ts';
import type { Owner } from './files.ts';
import type { HttpAnswer, HttpRequest } from './http.ts';
import type { CaddyTrouble } from './programs/caddy-state.ts';
import type { Answer, InferRequest } from './programs/worker-infer.ts';
import type { Recurrence } from './recurrence.ts';
import type { Reply } from './redis/reply.ts';
import type { PipelineRun, Repository } from './repository.ts';
import type { Site } from './site.ts';
import type { Supply } from './supply.ts';
import type { Image, Load } from './system.ts';
import type { WarehouseChange } from './warehouse.ts';
import type { Burden, World } from './world.ts';

/** An image without an id; built just now unless told otherwise. */
type NewImage = Omit<Image, 'id' | 'createdAt'> & Partial<Pick<Image, 'createdAt'>>;

/** A change of the world from outside: by its engine, by who asks a server, by a fault. */
export type Change =
  | { readonly kind: 'start' | 'pause' | 'unpause'; readonly container: string }
  /** Its program reads its settings again, as on SIGHUP. */
  | { readonly kind: 'reload'; readonly container: string }
  | { readonly kind: 'stop' | 'restart'; readonly container: string; readonly withinMs: number }
  /** `byHand` is what the engine does on request: its policy leaves the container alone then. */
  | { readonly kind: 'kill'; readonly container: string; readonly byHand: boolean }
  | { readonly kind: 'create'; readonly settings: ContainerSettings }
  | { readonly kind: 'remove'; readonly container: string; readonly force: boolean }
  | { readonly kind: 'rename'; readonly container: string; readonly name: string }
  | {
      readonly kind: 'update';
      readonly container: string;
      readonly limits: Partial<Limits>;
      readonly restart: RestartPolicy | null;
    }
  | {
      readonly kind: 'connect';
      readonly container: string;
      readonly network: string;
      readonly aliases: readonly string[];
    }
  | { readonly kind: 'disconnect'; readonly container: string; readonly network: string }
  | { readonly kind: 'add-network'; readonly name: string }
  | { readonly kind: 'tag'; readonly image: string; readonly ref: string }
  | { readonly kind: 'untag'; readonly ref: string }
  /** A release that was built elsewhere; its references are taken from the images that had them. */
  | { readonly kind: 'add-image'; readonly image: NewImage }
  | { readonly kind: 'warehouse'; readonly change: WarehouseChange }
  | { readonly kind: 'repository'; readonly repository: Partial<Repository> }
  /** A run of the pipeline has ended otherwise than it did. */
  | {
      readonly kind: 'conclude';
      readonly run: number;
      readonly conclusion: PipelineRun['conclusion'];
    }
  /** Something outside cannot be reached any more, or can again. */
  | { readonly kind: 'outside'; readonly name: string; readonly reachable: boolean }
  /** Its process goes on, and does nothing of use any more. */
  | { readonly kind: 'stick'; readonly container: string }
  /** A program of the host, in no container, listens on a port of it, or does no more. */
  | { readonly kind: 'host-port'; readonly port: number; readonly taken: boolean }
  /** Other images can be had from elsewhere; those that are named replace what was there. */
  | { readonly kind: 'supply'; readonly supply: Partial<Supply> }
  | { readonly kind: 'load'; readonly load: Partial<Load> }
  | { readonly kind: 'burden'; readonly burden: Burden }
  | { readonly kind: 'unburden'; readonly name: string }
  | { readonly kind: 'recur'; readonly recurrence: Recurrence }
  | { readonly kind: 'files'; readonly files: World['files'] }
  /** A file of the project's folder belongs to somebody else, or lets others do more or less. */
  | { readonly kind: 'own'; readonly path: string; readonly owner: Owner }
  /** The file system of a folder of the project takes no changes any more. */
  | { readonly kind: 'read-only'; readonly path: string }
  /** The engine refuses to answer some of what it is asked: methods and paths, with `*` for a name. */
  | { readonly kind: 'deny'; readonly asks: readonly string[] }
  | { readonly kind: 'remove-volume' | 'corrupt-volume'; readonly name: string }
  | { readonly kind: 'redis-connect'; readonly container: string; readonly address: string }
  | { readonly kind: 'redis-disconnect'; readonly container: string; readonly client: number }
  | {
      readonly kind: 'redis-command';
      readonly container: string;
      readonly client: number;
      readonly words: readonly Buffer[];
    }
  /** One setting, as CONFIG SET does. */
  | {
      readonly kind: 'redis-set';
      readonly container: string;
      readonly name: string;
      readonly value: string;
    }
  /** Writes keys until the memory of that many bytes is taken, or the server refuses. */
  | { readonly kind: 'redis-fill'; readonly container: string; readonly bytes: number }
  | {
      readonly kind: 'postgres';
      readonly container: string;
      readonly change: DatabaseChange;
    }
  /** The rows of a database go, or are there again. */
  | { readonly kind: 'database-data'; readonly container: string; readonly lost: boolean }
  /** Sessions of others on a server, which have been at it for so long, and what each of them holds. */
  | {
      readonly kind: 'postgres-sessions';
      readonly container: string;
      readonly count: number;
      readonly session: Pick<Session, 'user' | 'application' | 'state' | 'query'>;
      readonly forMs: number;
      readonly holds?: Pick<Lock, 'target' | 'mode'>;
    }
  /** What is around a region of FeatureSignals changes: its names, its issuer, its firewall. */
  | { readonly kind: 'site'; readonly patch: Partial<Site> }
  | { readonly kind: 'certificate'; readonly endsInDays: number }
  | {
      readonly kind: 'disk';
      readonly disk: keyof Site['disks'];
      readonly patch: Partial<Site['disks']['data']>;
    }
  | {
      readonly kind: 'caddy-trouble';
      readonly container: string;
      readonly trouble: CaddyTrouble | null;
    }
  /** A server takes connections that it never gives back, until so many are taken. */
  | { readonly kind: 'leak'; readonly container: string; readonly upTo: number }
  /** A standby stops replaying what it receives, or goes on. */
  | { readonly kind: 'replay'; readonly container: string; readonly paused: boolean }
  /** Lines that a program writes of what others did to it. */
  | {
      readonly kind: 'lines';
      readonly container: string;
      readonly text: string;
      readonly count: number;
    }
  /** A server hears no more of what changes. */
  | { readonly kind: 'deaf'; readonly container: string }
  | { readonly kind: 'ballast'; readonly container: string; readonly bytes: number }
  /** A request for an inference, to a worker or to the proxy. */
  | { readonly kind: 'infer'; readonly container: string; readonly request: InferRequest }
  | { readonly kind: 'readiness'; readonly container: string }
  /** A request over HTTP to a program that answers such. */
  | { readonly kind: 'http'; readonly container: string; readonly request: HttpRequest }
  /** The proxy's choice of the worker that answers next. */
  | { readonly kind: 'choose-worker'; readonly container: string };

/** What a change came to. */
export interface Applied {
  readonly world: World;
  /** Why it was refused; null when it was done. */
  readonly refused: Refusal | null;
  /** What was made: the id of a container, of an image, the number of a client. */
  readonly made: string | null;
  /** The answer to a command. */
  readonly reply: Reply;
  /** Null where nobody answers. */
  readonly answer: Answer | null;
  readonly readiness: Readiness | null;
  readonly chosen: Chosen | null;
  readonly http: HttpAnswer | null;
}

/** What a worker finds when it is asked whether it is ready, so much later. */
interface Readiness {
  readonly tookMs: number;
  readonly checks: Readonly<Record<string, boolean>>;
}

/** The container of the worker that answers, or what is answered without one; so much later. */
type Chosen =
  | { readonly container: string; readonly afterMs: number }
  | { readonly status: 502 | 504; readonly afterMs: number };

/** Why the engine does not do what it was asked for, with the number it answers with. */
export interface Refusal {
  readonly status: 304 | 400 | 404 | 409 | 500;
  readonly message: string;
}

/** What one kind of change came to. */
export interface Told {
  readonly refused?: Refusal;
  readonly made?: string;
  readonly reply?: Reply;
  readonly answer?: Answer;
  readonly readiness?: Readiness;
  readonly chosen?: Chosen;
  readonly http?: HttpAnswer | null;
}

/** The words and the number of a refusal. */
export const refuse = (status: Refusal['status'], message: string): Told => ({
  refused: { status, message },
});
