import type { Source } from '../../domain/source.ts';
import { readAuthority } from '../web/authority.ts';
import { type HttpRequest, send } from './client.ts';
import { flattenFields } from './decode.ts';
import { disappointment, type Expectation } from './expectation.ts';

export interface HttpCheckOptions {
  readonly name: string;
  /** Asked at every poll: a container that was started again may have a new address. */
  readonly url: () => Promise<string>;
  readonly expect: Expectation;
  readonly method?: 'GET' | 'HEAD' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  /** A redirect is the answer unless this is true; then at most 5 are followed. */
  readonly followRedirects?: boolean;
  /** Path of the authority to hold the certificate against; null for those this program knows. */
  readonly ca?: string | null;
  readonly intervalMs: number;
  readonly timeoutMs: number;
}

const MAX_REDIRECTS = 5;

async function requestOf(options: HttpCheckOptions, url: string): Promise<HttpRequest> {
  const { ca, followRedirects, headers, method = 'GET', timeoutMs } = options;
  return {
    url,
    method,
    timeoutMs,
    maxRedirects: followRedirects === true ? MAX_REDIRECTS : 0,
    ...(headers === undefined ? {} : { headers }),
    ...(ca === undefined || ca === null ? {} : { tls: { ca: await readAuthority(ca) } }),
  };
}

/**
 * Holds the answer of one URL against what is expected of it. No answer is a failed source, and so is
 * a certificate that cannot be trusted. The fields of the fact hold a redirect's `location`.
 */
export function httpCheckSource(options: HttpCheckOptions): Source<'check'> {
  const { expect, intervalMs, name, timeoutMs } = options;
  return {
    name,
    kind: 'check',
    intervalMs,
    timeoutMs,
    async poll(signal) {
      const request = await requestOf(options, await options.url());
      const { headers, json, latencyMs, status, text, url } = await send(request, signal);
      const location = status >= 300 && status <= 399 ? (headers['location'] ?? null) : null;
      const error = disappointment({ status, json, text: text(), latencyMs, location }, expect);
      const fields = { ...flattenFields(json), ...(location === null ? {} : { location }) };
      return { name, url, ok: error === null, status, latencyMs, error, fields };
    },
  };
}
