import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../../harness/eventually.ts';
import { freePort } from '../../harness/free-port.ts';
import type { Issued } from './authority.ts';

const config = (port: number, folder: string, { certFile, keyFile }: Issued) => `
daemon off;
master_process off;
pid ${folder}/pid;
error_log stderr;
events {}
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  server {
    listen 127.0.0.1:${port} ssl;
    ssl_certificate ${certFile};
    ssl_certificate_key ${keyFile};
    location / { return 200 "fine"; }
  }
}
`;

async function accepts(port: number): Promise<true> {
  const socket = connect({ host: '127.0.0.1', port });
  try {
    await once(socket, 'connect');
    return true;
  } finally {
    socket.destroy();
  }
}

/** A real nginx that serves HTTPS on a free port of 127.0.0.1 with one certificate. */
export async function nginxServer(
  identity: Issued,
): Promise<{ readonly port: number; close(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'opsconsole-nginx-'));
  const port = await freePort();
  await writeFile(`${folder}/nginx.conf`, config(port, folder, identity));
  const child = spawn('nginx', ['-p', folder, '-c', `${folder}/nginx.conf`], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const close = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    }
    await rm(folder, { recursive: true, force: true });
  };
  const ended = () => (child.exitCode === null ? null : new Error('nginx ended at its start'));
  try {
    await eventually(() => accepts(port), { what: 'nginx to accept', everyMs: 20, abort: ended });
  } catch (error) {
    await close();
    throw error;
  }
  return { port, close };
}
