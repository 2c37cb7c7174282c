import type { FactKind } from '../domain/fact.ts';
import type { Risk } from '../domain/risk.ts';
import type { Pack } from '../runbooks/pack.ts';

/**
 * Where a value comes from, in words for people: `/etc/opsconsole/config.yaml:12:5`, `DATABASE_URL`,
 * `default`.
 */
export type Origin = string;

export interface Sourced<T> {
  readonly value: T;
  readonly origin: Origin;
}

/** A secret that is read when a connection needs it, so that one of another region is never missed. */
export interface Secret {
  /** What may be shown of it: `env:NAME`, `file:/path`, or the variable that holds it. */
  readonly reference: string;
  /**
   * The secret itself.
   * @throws OperatorError('missing' | 'denied') that names what is not set or cannot be read
   */
  read(): string;
}

/** Where a server is reached; a service's address is found from the containers that are live. */
export type Endpoint =
  | { readonly kind: 'host'; readonly host: string; readonly port: number }
  | { readonly kind: 'service'; readonly service: string; readonly port: number }
  /** Redis: the socket. PostgreSQL: the folder of the socket, which the port names. */
  | { readonly kind: 'socket'; readonly path: string; readonly port: number };

/** An HTTP address: whole, or a path of a compose service. */
export type WebEndpoint =
  | { readonly kind: 'url'; readonly url: string }
  | {
      readonly kind: 'service';
      readonly service: string;
      readonly port: number;
      readonly path: string;
    };

/** `prefer` and `require` do not look at who answers; `verify` does. */
export const tlsModes = ['off', 'prefer', 'require', 'verify'] as const;
export type TlsMode = (typeof tlsModes)[number];

/** What everything that is connected has. */
interface Planned {
  /** Where it was configured or found. */
  readonly origin: Origin;
  /** Where single settings come from, by the name `config show` gives them; the rest are defaults. */
  readonly origins: Readonly<Record<string, Origin>>;
}

interface PlannedSource extends Planned {
  /** The name of the source on the screen, unique in the region. */
  readonly name: string;
  readonly intervalMs: number;
  readonly timeoutMs: number;
}

export interface DockerPlan extends Planned {
  /** As `DOCKER_HOST`. */
  readonly host: string;
  /** Paths of PEM files; null without TLS. */
  readonly tls: DockerTls | null;
  /** False when nothing names the engine and its usual sockets are not there. */
  readonly expected: boolean;
}

export interface DockerTls {
  readonly ca: string | null;
  readonly cert: string | null;
  readonly key: string | null;
  /** False when the engine's certificate is not held against the authority. */
  readonly verify: boolean;
}

export interface PostgresPlan extends PlannedSource {
  readonly address: Endpoint;
  readonly database: string;
  readonly user: string;
  /** Null: it stands in `passwordFile`, or none is needed. */
  readonly password: Secret | null;
  /** As libpq has it: PGPASSFILE, else ~/.pgpass. It may not be there. */
  readonly passwordFile: string;
  readonly tls: TlsMode;
  /** Path of the authority's certificate. */
  readonly ca: string | null;
}

export interface RedisPlan extends PlannedSource {
  readonly address: Endpoint;
  readonly username: string | null;
  readonly password: Secret | null;
  readonly tls: TlsMode;
  readonly ca: string | null;
  readonly database: number;
}

/** Credentials for the caches that the pack declares. */
export interface CacheCredentials extends Planned {
  readonly username: string | null;
  readonly password: Secret | null;
}

/** How to log in to the databases that the pack declares. */
export interface DatabaseCredentials extends Planned {
  /** Null: whom the pack names. */
  readonly user: string | null;
  /** Null: the one the pack names. */
  readonly database: string | null;
  /** Null: it stands in `passwordFile`, or none is needed. */
  readonly password: Secret | null;
  readonly passwordFile: string;
  readonly tls: TlsMode;
  /** Path of the authority's certificate. */
  readonly ca: string | null;
}

export interface MetricsPlan extends PlannedSource {
  readonly address: WebEndpoint;
}

export interface PrometheusPlan extends PlannedSource {
  readonly url: string;
  readonly token: Secret | null;
  readonly queries: readonly { readonly name: string; readonly expr: string }[];
}

/** How the region is seen from outside, where not as everybody sees it. */
export interface OutsidePlan extends Planned {
  /** Those of this host when empty. */
  readonly nameServers: readonly string[];
  /** Where a public `host:port` is reached from here. */
  readonly routes: Readonly<Record<string, string>>;
  /** Path of the authority's certificate. */
  readonly ca: string | null;
}

export interface AlertmanagerPlan extends PlannedSource {
  readonly url: string;
  readonly token: Secret | null;
}

export interface CheckPlan extends PlannedSource {
  readonly address: WebEndpoint;
  readonly method: 'GET' | 'HEAD';
  readonly expect: {
    readonly status: readonly number[];
    /** Dotted path into the JSON answer → expected value. */
    readonly json: Readonly<Record<string, string | number | boolean>>;
    /** Text the body must hold. */
    readonly body: string | null;
    readonly maxLatencyMs: number | null;
  };
  readonly followRedirects: boolean;
  readonly ca: string | null;
}

export interface CertificatePlan extends PlannedSource {
  readonly host: string;
  readonly port: number;
  /** The name that is asked for; the host by default. */
  readonly servername: string;
  readonly ca: string | null;
}

export interface HostPlan extends PlannedSource {
  /** Mounts to show; null for all that can fill up. */
  readonly paths: readonly string[] | null;
}

export type LogPlan = Planned & { readonly name: string } & (
    | { readonly kind: 'file'; readonly file: string }
    | { readonly kind: 'unit'; readonly unit: string }
  );

/** A way for messages out of the house. */
export type ChannelPlan = Planned & { readonly name: string; readonly timeoutMs: number } & (
    | { readonly kind: 'webhook'; readonly address: Secret }
    | { readonly kind: 'command'; readonly command: readonly string[] }
  );

export interface KubernetesPlan extends Planned {
  /** Path of the file; null inside a cluster. */
  readonly kubeconfig: string | null;
  /** Null for the file's current one. */
  readonly context: string | null;
}

type SignalDefinition = Pack['signals'][number];
type AlertDefinition = Pack['alerts'][number];

/** Signals and alerts of the region, beside those of its pack. */
export interface RegionDefinitions {
  readonly signals: readonly SignalDefinition[];
  /**
   * The region's alerts.
   * @param others signals they may name beside the region's own: the pack's and the built-in ones
   * Null while the pack is not known yet: an alert that may be on one of its signals is left out.
   * @throws ConfigError with the place of what is wrong, once the pack is known
   */
  alerts(others: readonly SignalDefinition[] | null): readonly AlertDefinition[];
}

/** Something that was looked for and is not there. */
export interface NotFound {
  /** What it would bring. A pack may bring it all the same. */
  readonly kind: FactKind | 'pods' | 'logs';
  /** In words: `database`, `cache`. */
  readonly what: string;
  readonly message: string;
  /** The one line that would configure it. */
  readonly mend: string;
}

/** What is never changed from this console. A pattern that is null fits all. */
interface ForbidPlan {
  readonly action: string | null;
  readonly target: string | null;
  readonly region: null;
  readonly except: readonly string[];
  readonly why: string;
}

/** Everything to connect in a region, resolved; nothing is connected and no secret read yet. */
export interface RegionPlan {
  /** Null when none is configured: it is then called like its project. */
  readonly name: Sourced<string> | null;
  readonly system: Sourced<string> | null;
  readonly project: ProjectPlan | null;
  readonly services: Readonly<Record<string, string | readonly string[]>>;
  /** Named durations of the pack, rebound, ms. */
  readonly durations: Readonly<Record<string, number>>;
  readonly readOnly: boolean;
  readonly maxRisk: Risk;
  readonly forbid: readonly ForbidPlan[];
  /** Null when the region switches it off. */
  readonly docker: DockerPlan | null;
  readonly kubernetes: KubernetesPlan | null;
  readonly postgres: readonly PostgresPlan[];
  /** Null: nobody says how to log in, and the pack's databases are left alone. */
  readonly databaseCredentials: DatabaseCredentials | null;
  readonly redis: readonly RedisPlan[];
  readonly cacheCredentials: CacheCredentials | null;
  readonly metrics: readonly MetricsPlan[];
  readonly prometheus: PrometheusPlan | null;
  readonly alertmanager: AlertmanagerPlan | null;
  readonly outside: OutsidePlan | null;
  readonly checks: readonly CheckPlan[];
  readonly certificates: readonly CertificatePlan[];
  readonly host: HostPlan | null;
  readonly logs: readonly LogPlan[];
  /** The first is taken where none is named. */
  readonly notify: readonly ChannelPlan[];
  readonly definitions: RegionDefinitions | null;
  readonly notFound: readonly NotFound[];
  /** Where the region's plain values come from, by their key, such as `services.cache`. */
  readonly origins: Readonly<Record<string, Origin>>;
}

export interface ProjectPlan extends Sourced<string> {
  /** False when it was only guessed from the current folder: another may be the one that runs. */
  readonly named: boolean;
}
