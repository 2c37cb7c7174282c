import { type ErrorKind, OperatorError } from '../../domain/operator-error.ts';
import { sanitizeLine } from '../../domain/sanitize.ts';
import type { DockerEndpoint } from './host.ts';

type Words = readonly [pattern: RegExp, kind: ErrorKind, says: string, mend: string];

const MAX_REASON_LENGTH = 300;

/** By what `ssh`, or the far end's shell and `docker`, say; HOST stands for the endpoint's. */
const WORDS: readonly Words[] = [
  [
    /REMOTE HOST IDENTIFICATION HAS CHANGED/,
    'denied',
    'The host key of HOST is not the one that is known: it was installed anew, or is another host',
    'if you know why: ssh-keygen -R HOST, then ssh HOST once',
  ],
  [
    /Host key verification failed|No .* host key is known/,
    'denied',
    'The host key of HOST is not known here',
    'log in once by hand to accept it: ssh HOST',
  ],
  [
    /trying to connect to the Docker daemon socket|docker\.sock: connect: permission denied/i,
    'denied',
    'The account on HOST may not use the Docker engine there',
    'add that account to the docker group of that host',
  ],
  [
    /Permission denied|Too many authentication failures|sign_and_send_pubkey/,
    'denied',
    'HOST does not accept this user or key',
    'try ssh HOST by hand; add the key to the agent or to that account',
  ],
  [
    /docker: (?:command )?not found|docker: No such file|command not found: docker/i,
    'missing',
    'HOST has no docker command in the path of that account',
    'install docker there, or put it in the PATH of shells that are not interactive',
  ],
  [
    /Cannot connect to the Docker daemon|failed to (?:connect|open the raw stream)/i,
    'unreachable',
    'The Docker engine on HOST does not run',
    'start it there: sudo systemctl start docker',
  ],
  [
    /Could not resolve hostname/,
    'unreachable',
    'The name HOST is not known',
    'correct DOCKER_HOST, or name it in ~/.ssh/config',
  ],
  [
    /Connection refused/,
    'unreachable',
    'HOST refuses SSH connections',
    'see whether its SSH server runs, and on which port',
  ],
  [
    /timed out|not responding/i,
    'timeout',
    'HOST did not answer over SSH',
    'see whether the host is up and the network lets SSH through',
  ],
  [
    /No route to host|Network is unreachable/,
    'unreachable',
    'HOST has no route from here',
    'see the network or the VPN',
  ],
  [
    /Bad configuration option|Bad owner or permissions|no such identity/i,
    'failed',
    'The SSH configuration for HOST cannot be used',
    'try ssh HOST by hand: it names the line',
  ],
];

/** What a finished `ssh` leaves behind. */
interface Ended {
  readonly exitCode?: number | undefined;
  readonly stderr?: Uint8Array | undefined;
  readonly code?: string | undefined;
}

/** Why `ssh` ended, in words an operator can act on. */
export function sshFailure(ended: Ended, endpoint: DockerEndpoint): OperatorError {
  const host = endpoint.kind === 'ssh' ? endpoint.host : '';
  const said = Buffer.from(ended.stderr ?? []).toString('utf8');
  if (ended.code === 'ENOENT') {
    const mend = 'install the OpenSSH client';
    return new OperatorError('missing', 'This host has no ssh command', mend);
  }
  const words = WORDS.find(([pattern]) => pattern.test(said));
  if (words !== undefined) {
    const [, kind, says, mend] = words;
    const named = (text: string) => text.replace(/\bHOST\b/, () => host);
    return new OperatorError(kind, named(says), named(mend));
  }
  const reason = sanitizeLine(said).trim().slice(0, MAX_REASON_LENGTH);
  const message =
    reason === ''
      ? `The SSH connection to ${host} ended (exit ${ended.exitCode ?? 'by a signal'})`
      : `SSH to ${host}: ${reason}`;
  return new OperatorError('unreachable', message, `try by hand: ssh ${host} docker version`);
}
