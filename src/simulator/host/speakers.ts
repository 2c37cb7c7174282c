import { speakFalcon } from '../http/falcon.ts';
import { speakHttp } from '../http/serve.ts';
import { speakRedis } from '../redis/server.ts';
import { programOf } from '../world/programs/programs.ts';
import type { ProgramKind } from '../world/system.ts';
import type { Host } from './host.ts';
import type { Speak } from './published.ts';

/** What each program says on its ports; undefined for one that says nothing. */
export function speakersOf(host: Host, postgres: Speak): (kind: ProgramKind) => Speak | undefined {
  const falcon = speakFalcon(host);
  const http = speakHttp(host);
  const own: { readonly [Kind in ProgramKind]?: Speak } = {
    redis: speakRedis(host),
    postgres,
    nginx: falcon,
    'falcon-worker': falcon,
  };
  return (kind) => own[kind] ?? (programOf({ kind }).serve === undefined ? undefined : http);
}
