import { describe, expect, it } from 'vitest';
import { parseDockerHost } from '../../../src/integrations/docker/host.ts';
import { sshFailure } from '../../../src/integrations/docker/ssh-failure.ts';

const endpoint = parseDockerHost('ssh://op@region');
const failed = (said: string, exitCode = 255) =>
  sshFailure({ exitCode, stderr: Buffer.from(said) }, endpoint);

describe('what ssh says', () => {
  it.each([
    ['@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @', 'denied', 'ssh-keygen -R region'],
    ['No ED25519 host key is known for region', 'denied', 'ssh region'],
    ['op@region: Permission denied (publickey).', 'denied', 'add the key to the agent'],
    ['Received disconnect: Too many authentication failures', 'denied', 'add the key'],
    ['bash: line 1: docker: command not found', 'missing', 'install docker there'],
    ['zsh:1: command not found: docker', 'missing', 'install docker there'],
    [
      'Got permission denied while trying to connect to the Docker daemon socket at unix:///x',
      'denied',
      'docker group of that host',
    ],
    ['Cannot connect to the Docker daemon at unix:///x.', 'unreachable', 'start docker'],
    ['ssh: Could not resolve hostname region: Name or service not known', 'unreachable', '.ssh'],
    ['ssh: connect to host region port 22: Connection timed out', 'timeout', 'host is up'],
    ['ssh: connect to host region port 22: No route to host', 'unreachable', 'VPN'],
    ['/root/.ssh/config: line 3: Bad configuration option: nonsense', 'failed', 'ssh region'],
    ['something \u001b[31mnew\u001b[0m', 'unreachable', 'ssh region docker version'],
  ])('%s', (said, kind, mend) => {
    const error = failed(said);
    expect(error).toMatchObject({ kind, mend: expect.stringContaining(mend) });
    expect(error.message).toContain('region');
    expect(error.message).not.toContain('\u001b');
    expect(error.message).not.toContain('HOST');
  });

  it('is nothing where a signal ended it, or where there is no ssh', () => {
    expect(sshFailure({}, endpoint).message).toContain('ended (exit by a signal)');
    expect(sshFailure({ code: 'ENOENT' }, endpoint)).toMatchObject({
      kind: 'missing',
      mend: 'install the OpenSSH client',
    });
  });
});
