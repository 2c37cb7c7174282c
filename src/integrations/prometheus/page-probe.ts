import * as z from 'zod';
import { sanitizeLine } from '../../domain/sanitize.ts';
import type { Probe } from '../contract.ts';
import { defineProbe } from '../contract.ts';
import { scrape } from './client.ts';

const TIMEOUT_MS = 6000;
const SERIES_MAX = 200;

/** `prometheus.page`: samples of one metric as a role's own page tells them now. */
export function pageProbe(): Probe {
  return defineProbe({
    id: 'prometheus.page',
    title: 'Metrics page of a service',
    input: z.strictObject({
      service: z.string().min(1).describe('the role that has the page'),
      port: z.coerce.number().int().min(1).max(65_535),
      path: z.string().startsWith('/').default('/metrics'),
      name: z
        .string()
        .regex(/^[A-Za-z_:][\w:]*\*?$/, 'must be the name of a metric, or begin one and end with *')
        .describe('the name of a sample; with * at its end all that begin so'),
    }),
    result: z.object({
      /** The highest first; 200 at most. */
      series: z.array(
        z.object({
          name: z.string(),
          labels: z.record(z.string(), z.string()),
          value: z.number(),
        }),
      ),
      count: z.number(),
      /** The highest value; null without any. */
      highest: z.number().nullable(),
    }),
    command: ({ service, port, path, name }, context) =>
      `curl -s http://${context.bind(service).service}:${port}${path} | grep ^${name.replace('*', '')}`,
    async read({ service, port, path, name }, context) {
      const address = await context.address(service, port);
      const host = address.host.includes(':') ? `[${address.host}]` : address.host;
      const start = name.endsWith('*') ? name.slice(0, -1) : null;
      const select = (own: string) => (start === null ? own === name : own.startsWith(start));
      const url = `http://${host}:${address.port}${path}`;
      const { samples } = await scrape({ url, timeoutMs: TIMEOUT_MS, select }, context.signal);
      const series = samples
        .filter(({ value }) => Number.isFinite(value))
        .map((sample) => ({
          name: sample.name,
          labels: Object.fromEntries(
            Object.entries(sample.labels).map(([key, text]) => [key, sanitizeLine(text)]),
          ),
          value: sample.value,
        }))
        .sort((a, b) => b.value - a.value);
      return {
        series: series.slice(0, SERIES_MAX),
        count: series.length,
        highest: series[0]?.value ?? null,
      };
    },
  });
}
