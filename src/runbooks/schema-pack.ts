import * as z from 'zod';
import { severities } from '../domain/severity.ts';
import { ageOrigins, aggregates } from '../signals/definition.ts';
import { message } from './schema-words.ts';

const text = z.string().trim().min(1).max(300);
const duration = z.string().min(1).describe('such as 90s or 5m, or a name from `durations`');
const selector = z.string().min(1).describe('`name` or `name{label="value"}`');
const selectors = z.union([selector, z.array(selector).min(1)]);
const port = z.number().int().min(1).max(65_535);
const role = z.string().min(1).describe('a role of this pack');
const path = z.string().startsWith('/', 'a path begins with /');
const word = z.string().min(1);
const jsonPath = z.string().max(200).describe('names joined by dots, as in `checks.breakers`');

const pace = { every: duration.default('5s'), timeout: duration.default('3s') };

/** Kinds of sources, by the field that names them. */
export const sourceSchemas = {
  metrics: z.strictObject({ metrics: role, port, path: path.default('/metrics'), ...pace }),
  cache: z.strictObject({ cache: role, port, ...pace }),
  database: z.strictObject({
    database: role,
    port,
    name: word.describe('the database to connect to'),
    user: word.describe('who connects; a region can name another, and gives the password'),
    ...pace,
  }),
  check: z.strictObject({
    check: text.describe('the name of the check on the screen'),
    role,
    port,
    path,
    expect: z
      .strictObject({
        status: z.number().int().min(100).max(599).default(200),
        json: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
      })
      .default({ status: 200, json: {} }),
    ...pace,
  }),
  breakers: z.strictObject({
    breakers: role,
    port,
    path,
    list: jsonPath
      .default('')
      .describe('where the breakers are: a list, or a map by name; the whole answer when absent'),
    name: jsonPath.optional().describe('its name, inside a breaker; its key or place when absent'),
    state: jsonPath.default('state').describe('its state, inside a breaker'),
    failures: jsonPath.default('failures'),
    since: jsonPath.optional().describe('when it entered its state'),
    'next-attempt': jsonPath.default('nextAttempt').describe('when it lets the next call through'),
    states: z
      .record(z.string(), z.enum(['closed', 'open', 'half-open']))
      .default({})
      .describe('the words of this system, beside the usual ones'),
    headers: z.record(z.string(), word).default({}),
    ...pace,
  }),
};

const thresholds = z.strictObject({
  warning: z.number().optional(),
  critical: z.number().optional(),
  margin: z
    .number()
    .nonnegative()
    .optional()
    .describe('how far back inside a threshold the state gets better; 5 % of it when absent'),
});
const scale = z.number().finite().optional().describe('what the value is multiplied with');

const signalCommon = {
  id: z.string().regex(/^[a-z][A-Za-z0-9]*$/, 'signal ids are words like p95 or droppedLogs'),
  title: text,
  unit: z.enum(['seconds', 'fraction', 'perSecond', 'count', 'bytes', 'state']),
  above: thresholds.optional(),
  below: thresholds.optional(),
};

/** Kinds of signals, by the field that says how they are computed. */
export const signalSchemas = {
  quantile: z.strictObject({
    ...signalCommon,
    scale,
    quantile: z.number().min(0).max(1),
    of: selector.describe('a histogram, or a summary'),
    window: duration,
  }),
  rate: z.strictObject({ ...signalCommon, scale, rate: selectors, window: duration }),
  increase: z.strictObject({
    ...signalCommon,
    scale,
    increase: selectors,
    window: duration,
  }),
  ratio: z.strictObject({
    ...signalCommon,
    ratio: z.strictObject({ of: selectors, to: selectors }),
    window: duration,
  }),
  gauge: z.strictObject({
    ...signalCommon,
    scale,
    gauge: selector,
    aggregate: z.enum(aggregates).default('max').describe('what speaks for several instances'),
  }),
  age: z.strictObject({
    ...signalCommon,
    age: selector,
    since: z
      .enum(ageOrigins)
      .default('value')
      .describe('the time its value tells, its last change, or its last sample'),
    aggregate: z.enum(['max', 'min']).default('max').describe('the oldest speaks, or the youngest'),
    scale: scale.describe('makes the value seconds since 1970: 0.001 for milliseconds'),
  }),
  count: z.strictObject({
    ...signalCommon,
    count: selectors,
    per: z.enum(['series', 'instance']).default('series'),
    where: z
      .strictObject({ above: z.number().optional(), below: z.number().optional() })
      .default({})
      .describe('only series whose value is so'),
  }),
  state: z.strictObject({
    ...signalCommon,
    state: selector,
    by: word.describe('the label whose values are told apart'),
    in: word.optional().describe('the label that names the state; the sample above 0 says which'),
    event: word.optional().describe('the label that names the event; the one counted last says it'),
    values: z.record(z.string(), word).describe('number, state or event, as text, to word'),
    failures: selectors.optional().describe('counters of failures, where they stand elsewhere'),
    since: selector.optional().describe('when it entered its state, seconds since 1970'),
    'next-attempt': selector.optional().describe('when it lets the next call through'),
    worst: z.array(word).min(1).describe('words from worst to best'),
    warning: z.array(word).default([]),
    critical: z.array(word).default([]),
  }),
};

export const alertSchema = z.strictObject({
  name: word,
  signal: word,
  labels: z.record(z.string(), word).default({}),
  above: z.number().optional(),
  below: z.number().optional(),
  is: z.union([word, z.array(word).min(1)]).optional(),
  clear: z.number().optional().describe('where it ends; the threshold itself when absent'),
  for: duration.default('0s'),
  severity: z.enum(severities),
  summary: text.describe('mustache over `value`, `labels`, `detail` and `threshold`'),
});

const severity = z.strictObject({
  meaning: text,
  contacts: z.array(text).min(1),
  'respond-within': z
    .union([duration, z.null()])
    .describe('null when they answer on the next business day'),
});

const services = z.array(word).min(1);
const roleServices = z.union([
  services,
  z.strictObject({
    services: services.describe('names of compose services, or of containers'),
    label: z
      .string()
      .regex(/^[^=\s]+=.*$/, 'a label is written key=value')
      .optional()
      .describe('key=value; found by it where no name fits'),
    ends: z.boolean().optional().describe('its containers do their work once and end'),
  }),
]);

const contact = z.strictObject({
  name: text.describe('how severities and messages name them'),
  role: text.optional(),
  phone: text.optional(),
  email: text.optional(),
  channel: text.optional().describe('of the chat, or where messages to them are sent'),
});

const requirement = z.strictObject({
  name: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'a variable is letters, digits and _'),
  role: word.optional().describe('the role whose containers have it'),
  required: z.boolean().default(true).describe('false: its default will do'),
  secret: z.boolean().default(false).describe('its value is never shown'),
  default: z.string().optional(),
});

const requires = z.strictObject({
  env: z.array(requirement).max(200).default([]).describe('variables of the environment'),
  commands: z.array(word).max(50).default([]).describe('programs that have to be on the host'),
});

const commonFields = {
  system: z.string().regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'small letters, digits and dashes'),
  title: text,
  roles: z.record(word, roleServices).describe('role to its services'),
  durations: z.record(word, word).default({}).describe('named durations; a region can rebind them'),
  severities: z.partialRecord(z.enum(severities), severity),
  contacts: z.array(contact).max(100).default([]).describe('whom messages can be sent to'),
  templates: z
    .record(word, message)
    .default({})
    .describe('name to a message that steps share: a mustache template'),
  checklists: z
    .record(word, z.array(text).min(1))
    .default({})
    .describe('name to the lines that steps share'),
  requires: requires
    .default({ env: [], commands: [] })
    .describe('what the system, or those who look after it, rely on'),
};

/** Everything but what is checked entry by entry for better words. */
export const packHeadSchema = z.strictObject({
  ...commonFields,
  sources: z.array(z.unknown()).default([]),
  signals: z.array(z.unknown()).default([]),
  alerts: z.array(z.unknown()).default([]),
});

/** A whole pack.yaml, for the published JSON Schema. */
export const packFileSchema = z.strictObject({
  ...commonFields,
  sources: z.array(z.union(Object.values(sourceSchemas))).default([]),
  signals: z.array(z.union(Object.values(signalSchemas))).default([]),
  alerts: z.array(alertSchema).default([]),
});

export type SignalFile = {
  [K in keyof typeof signalSchemas]: z.output<(typeof signalSchemas)[K]>;
};
export type AlertFile = z.output<typeof alertSchema>;
export type PackHeadFile = z.output<typeof packHeadSchema>;
