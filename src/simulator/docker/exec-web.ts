import { programOf } from '../world/programs/programs.ts';
import { failed, type Run, said } from './executed.ts';

/** `wget -qO- URL` of the program in the same container. */
export const wget: Run = (host, { id, ports, process }, words) => {
  const url = URL.parse(words.findLast((word) => word.startsWith('http')) ?? '');
  const port = Number(url?.port || 80);
  const listens = ports.some(({ containerPort }) => containerPort === port);
  const serves = process !== null && programOf(process).serve !== undefined;
  if (url === null || !listens || !serves) {
    return failed(`wget: can't connect to remote host (127.0.0.1): Connection refused\n`);
  }
  const request = { method: 'GET', path: url.pathname, headers: {}, body: '', port, inside: true };
  const { http } = host.change({ kind: 'http', container: id, request });
  if (http === null) return failed('wget: error getting response\n');
  return http.status < 400 ? said(http.body) : failed(`wget: server returned ${http.status}\n`);
};

/** `caddy reload`, and what else is asked of it. */
export const caddy: Run = (host, { id }, [, verb = '']) => {
  if (verb === 'reload') host.change({ kind: 'reload', container: id });
  else if (verb !== 'list-modules' && verb !== 'version') return failed('Error: unknown command\n');
  return verb === 'reload'
    ? { exitCode: 0, out: '', err: '{"level":"info","msg":"using config from file"}\n' }
    : said('v2.8.4\n');
};
