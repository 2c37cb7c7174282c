import { z } from 'zod';
import { parseDuration } from '../domain/duration.ts';
import { risks } from '../domain/risk.ts';

const duration = z
  .string()
  .refine((text) => parseDuration(text) !== null, 'not a duration such as 90s, 5m or 1h30m')
  .transform((text) => parseDuration(text) ?? 0);

/** A secret by reference: `env:NAME` or `file:/path`; never the secret itself. */
const secret = z
  .string()
  .regex(/^(?:env:\w+|file:\/.+)$/, 'a secret stands here by reference: env:NAME or file:/path');

const regionSchema = z.strictObject({
  system: z
    .string()
    .optional()
    .describe('The pack that describes this region; by default the one named like its project.'),
  docker: z
    .string()
    .regex(/^(?:unix|tcp|ssh):\/\//, 'a Docker address begins with unix://, tcp:// or ssh://')
    .optional()
    .describe('Address of the engine; by default DOCKER_HOST, else the usual socket.'),
  project: z
    .string()
    .optional()
    .describe('Compose project; by default COMPOSE_PROJECT_NAME, else the pack’s name.'),
  services: z
    .record(z.string(), z.union([z.string(), z.array(z.string()).min(1)]))
    .optional()
    .describe('Role of the pack → the service or services that play it here.'),
  durations: z
    .record(z.string(), duration)
    .optional()
    .describe('Named durations of the pack, rebound.'),
  redis: z
    .strictObject({ username: z.string().optional(), password: secret.optional() })
    .optional()
    .describe('Credentials of the cache.'),
  'read-only': z.boolean().optional().describe('Nothing is changed from this console.'),
  'max-risk': z.enum(risks).optional().describe('The riskiest action allowed.'),
});

export const configSchema = z.strictObject({
  regions: z.record(z.string(), regionSchema).describe('Region name → how to reach it.'),
});

export type RegionConfig = z.output<typeof regionSchema>;
export type Config = z.output<typeof configSchema>;
