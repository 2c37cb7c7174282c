import * as z from 'zod';
import { risks } from '../domain/risk.ts';
import { alertSchema, signalSchemas } from '../runbooks/schema-pack.ts';
import { tlsModes } from './plan.ts';
import { SECRET_REFERENCE } from './secret.ts';

const text = z.string().trim().min(1).max(1000);
const name = z
  .string()
  .trim()
  .min(1)
  .max(80)
  .describe('How it is called on the screen; unique in the region.');
const duration = z
  .string()
  .regex(/^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+$/, 'durations are such as 250ms, 90s, 5m, 1h30m');
const every = duration.optional().describe('How often it is read, e.g. 5s.');
const timeout = duration.optional().describe('The limit of one reading.');
const secret = z
  .string()
  .regex(SECRET_REFERENCE, 'a secret stands here by reference: env:NAME or file:/path');
const path = z.string().regex(/^\//, 'a path from the root, beginning with /');
const port = z.number().int().min(1).max(65_535);
const service = text.describe('A compose service; its address is found from what is live.');
const web = z
  .string()
  .regex(/^https?:\/\/[^\s/]/, 'an address such as https://shop.example/healthz');
const tls = z.enum(tlsModes).optional();
const pace = { every, timeout };

const dockerHost = z
  .string()
  .regex(
    /^(?:\/|unix:\/\/\/|(?:tcp|ssh):\/\/[^\s/])/,
    'an engine is unix:///PATH, tcp://HOST:PORT or ssh://USER@HOST',
  );

/** The forms the engine may be given in; which one is there is told by its type. */
export const dockerSchemas = {
  host: dockerHost,
  whole: z.strictObject({
    host: dockerHost,
    tls: z
      .strictObject({ ca: path, cert: path.optional(), key: path.optional() })
      .optional()
      .describe('PEM files; the engine’s certificate is held against `ca`.'),
  }),
};

/** Sections that hold one entry, or a list of them. */
export const listSchemas = {
  postgres: z.strictObject({
    name: name.optional(),
    url: z
      .string()
      .regex(
        /^(?:postgres(?:ql)?:\/\/|env:|file:\/)/,
        'postgres://USER@HOST:PORT/DATABASE without its password, or env:NAME or file:/path',
      )
      .optional(),
    service: service.optional(),
    port: port.optional().describe('5432 by default.'),
    socket: path.optional().describe('Folder of the server’s socket.'),
    user: text.optional(),
    database: text.optional(),
    password: secret
      .optional()
      .describe('Without url, service and socket: that of the databases of the pack.'),
    tls,
    ca: path.optional(),
    ...pace,
  }),
  redis: z.strictObject({
    name: name.optional(),
    url: z
      .string()
      .regex(
        /^(?:rediss?:\/\/|env:|file:\/)/,
        'redis://HOST:PORT or rediss://HOST:PORT without its password, or env:NAME or file:/path',
      )
      .optional(),
    service: service.optional(),
    port: port.optional().describe('6379 by default.'),
    socket: path.optional().describe('The server’s socket.'),
    username: text.optional(),
    password: secret.optional(),
    tls,
    ca: path.optional(),
    ...pace,
  }),
  metrics: z.strictObject({
    name: name.optional(),
    url: web.optional(),
    service: service.optional(),
    port: port.optional(),
    path: path.optional().describe('/metrics by default.'),
    ...pace,
  }),
  checks: z.strictObject({
    name,
    url: web.optional(),
    service: service.optional(),
    port: port.optional(),
    path: path.optional(),
    method: z.enum(['GET', 'HEAD']).optional(),
    expect: z
      .strictObject({
        status: z
          .union([z.number().int().min(100).max(599), z.array(z.number().int()).min(1)])
          .optional()
          .describe('200 by default.'),
        json: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
        body: text.optional().describe('Text the body must hold.'),
        'max-latency': duration.optional(),
      })
      .optional(),
    'follow-redirects': z.boolean().optional(),
    ca: path.optional(),
    ...pace,
  }),
  certificates: z.strictObject({
    name: name.optional(),
    address: z.string().regex(/^[^\s/:]+:\d+$|^\[[\da-f:]+\]:\d+$/i, 'HOST:PORT'),
    servername: text.optional(),
    ca: path.optional(),
    ...pace,
  }),
  logs: z.strictObject({
    name: name.optional(),
    file: path.optional(),
    unit: text.optional().describe('A systemd unit, read from its journal.'),
  }),
  notify: z.strictObject({
    name,
    webhook: secret
      .optional()
      .describe('An address that takes a POST of {"text": …}; by reference, for it is a secret.'),
    command: z
      .array(text)
      .min(1)
      .max(100)
      .optional()
      .describe('A program and its arguments; it is given the message on its standard input.'),
    timeout: timeout.describe('The limit of one message; 10s by default, 1m at most.'),
  }),
};

const numeric = /^(?:\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?|\[?[\da-fA-F:]+\]?(?::\d{1,5})?)$/;
const hostPort = z.string().regex(/^[^\s/:]+:\d{1,5}$|^\[[\da-f:]+\]:\d{1,5}$/i, 'HOST:PORT');

/** Sections that hold one entry. */
export const onlySchemas = {
  outside: z.strictObject({
    'name-servers': z
      .array(z.string().regex(numeric, 'an address, with or without a port'))
      .min(1)
      .max(10)
      .optional()
      .describe('They tell what public names stand for, instead of those of this host.'),
    routes: z
      .record(hostPort, hostPort)
      .optional()
      .describe('Where a public HOST:PORT is reached from here: through a tunnel, for one.'),
    ca: path.optional().describe('Authority of the public certificates, PEM.'),
  }),
  prometheus: z.strictObject({
    url: web,
    token: secret.optional(),
    queries: z
      .record(z.string(), text)
      .optional()
      .describe('Name of the metric → expression; signals select the name.'),
    ...pace,
  }),
  alertmanager: z.strictObject({ url: web, token: secret.optional(), ...pace }),
  kubernetes: z.strictObject({ context: text.optional(), kubeconfig: path.optional() }),
};

/** `host: true` and `host: false` stand beside this. */
export const hostSchema = z.strictObject({
  paths: z.array(path).min(1).optional().describe('Mounts to show; by default all that fill up.'),
  ...pace,
});

const plainFields = {
  system: text
    .optional()
    .describe('The pack that describes this region; by default the one named like its project.'),
  project: text
    .optional()
    .describe('Compose project; by default COMPOSE_PROJECT_NAME, else the pack’s name.'),
  services: z
    .record(z.string(), z.union([text, z.array(text).min(1)]))
    .optional()
    .describe('Role of the pack → the service or services that play it here.'),
  durations: z
    .record(z.string(), duration)
    .optional()
    .describe('Named durations of the pack, rebound.'),
  'read-only': z.boolean().optional().describe('Nothing is changed from this console.'),
  'max-risk': z.enum(risks).optional().describe('The riskiest action allowed.'),
  forbid: z
    .array(
      z.strictObject({
        action: text.optional(),
        target: text.optional(),
        except: z.array(text).optional().describe('Targets that may be changed all the same.'),
        why: text,
      }),
    )
    .optional()
    .describe(
      'Actions and targets never changed from this console; `*` and `?` stand for any text.',
    ),
};

const unread = z.unknown().optional();

/** The region with its sections unread: each is checked by itself, for better words. */
export const regionHeadSchema = z.strictObject({
  ...plainFields,
  docker: unread,
  host: unread,
  postgres: unread,
  redis: unread,
  metrics: unread,
  checks: unread,
  certificates: unread,
  logs: unread,
  notify: unread,
  prometheus: unread,
  alertmanager: unread,
  outside: unread,
  kubernetes: unread,
  signals: z.array(z.unknown()).optional(),
  alerts: z.array(z.unknown()).optional(),
});

const oneOrMore = <S extends z.ZodType>(entry: S) => z.union([entry, z.array(entry)]);

/** A whole region, for the published JSON Schema. */
const regionSchema = z.strictObject({
  ...plainFields,
  docker: z
    .union([dockerSchemas.host, dockerSchemas.whole, z.literal(false)])
    .optional()
    .describe('The engine; by default DOCKER_HOST, the docker context, else the usual socket.'),
  postgres: oneOrMore(listSchemas.postgres).optional(),
  redis: oneOrMore(listSchemas.redis)
    .optional()
    .describe('Without url, service or socket: credentials of the caches that the pack declares.'),
  metrics: oneOrMore(listSchemas.metrics).optional().describe('Targets that serve metrics.'),
  prometheus: onlySchemas.prometheus.optional().describe('A Prometheus server to query.'),
  alertmanager: onlySchemas.alertmanager.optional(),
  outside: onlySchemas.outside
    .optional()
    .describe('How runbooks see the region from outside, where not as everybody does.'),
  checks: oneOrMore(listSchemas.checks).optional(),
  certificates: oneOrMore(listSchemas.certificates).optional(),
  host: z
    .union([z.boolean(), hostSchema])
    .optional()
    .describe('This host’s load, memory and disks; by default where the engine is on it.'),
  logs: oneOrMore(listSchemas.logs).optional(),
  notify: oneOrMore(listSchemas.notify)
    .optional()
    .describe('Channels for messages; the first is taken where none is named.'),
  kubernetes: onlySchemas.kubernetes.optional().describe('Reserved: pods come later.'),
  signals: z
    .array(z.union(Object.values(signalSchemas)))
    .optional()
    .describe('As in a pack.yaml, beside the pack’s.'),
  alerts: z.array(alertSchema).optional().describe('As in a pack.yaml, beside the pack’s.'),
});

export const themes = ['auto', 'dark', 'light', 'truecolor', '256', '16', 'mono', 'ascii'] as const;

export const themeSchema = z
  .enum(themes)
  .optional()
  .describe('Colours and signs; by default what the terminal says it can show.');

/** The file with its parts unread. */
export const fileHeadSchema = z.strictObject({
  theme: unread,
  regions: z.record(z.string(), z.unknown()).default({}),
});

/** A whole configuration file. */
export const configSchema = z.strictObject({
  theme: themeSchema,
  regions: z
    .record(z.string(), regionSchema)
    .default({})
    .describe('Region name → how to reach it.'),
});

export type RegionHead = z.output<typeof regionHeadSchema>;

/** The JSON Schema of a configuration file, so that editors complete and check it. */
export function configJsonSchema(): Record<string, unknown> {
  return {
    title: 'The configuration of opsconsole',
    ...z.toJSONSchema(configSchema, { io: 'input', target: 'draft-2020-12' }),
  };
}
