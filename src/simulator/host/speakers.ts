import { speakFalcon } from '../http/falcon.ts';
import { speakHttp } from '../http/serve.ts';
import { speakRedis } from '../redis/server.ts';
import { programOf } from '../world/programs/programs.ts';
import type { ProgramKind } from '../world/system.ts';
import type { Host } from './host.ts';
import type { Speak } from './published.ts';

const HTTPS_PORT = 443;

/**
 * What each program says on its ports; undefined for one that says nothing.
 * @param secured speaks TLS before something else
 */
export function speakersOf(
  host: Host,
  postgres: Speak,
  secured: (speak: Speak) => Speak,
): (kind: ProgramKind) => Speak | undefined {
  const falcon = speakFalcon(host);
  const http = speakHttp(host);
  const https = secured(http);
  const own: { readonly [Kind in ProgramKind]?: Speak } = {
    redis: speakRedis(host),
    postgres,
    nginx: falcon,
    'falcon-worker': falcon,
    caddy: (socket, id, port) => (port === HTTPS_PORT ? https : http)(socket, id, port),
  };
  return (kind) => own[kind] ?? (programOf({ kind }).serve === undefined ? undefined : http);
}
