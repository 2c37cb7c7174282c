import type { Source } from '../../domain/source.ts';
import { send } from './client.ts';
import { disappointment, type Expectation, flattenFields } from './decode.ts';
import { shownUrl } from './failure.ts';

export interface HttpCheckOptions {
  readonly name: string;
  /** Asked at every poll: a container that was started again may have a new address. */
  readonly url: () => Promise<string>;
  readonly expect: Expectation;
  readonly headers?: Readonly<Record<string, string>>;
  readonly intervalMs: number;
  readonly timeoutMs: number;
}

/** Holds the answer of one URL against what is expected of it. No answer is a failed source. */
export function httpCheckSource(options: HttpCheckOptions): Source<'check'> {
  const { expect, headers, intervalMs, name, timeoutMs } = options;
  return {
    name,
    kind: 'check',
    intervalMs,
    timeoutMs,
    async poll(signal) {
      const url = await options.url();
      const request = { url, timeoutMs, ...(headers === undefined ? {} : { headers }) };
      const { json, latencyMs, status } = await send(request, signal);
      const error = disappointment(status, json, expect);
      const fields = flattenFields(json);
      return { name, url: shownUrl(url), ok: error === null, status, latencyMs, error, fields };
    },
  };
}
