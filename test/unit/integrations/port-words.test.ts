import { describe, expect, it } from 'vitest';
import { portIn } from '../../../src/integrations/docker/port-words.ts';

describe('the port in what was said', () => {
  it.each([
    ['driver failed: Bind for 0.0.0.0:8000 failed: port is already allocated', 8000],
    ['Error starting userland proxy: listen tcp4 0.0.0.0:8000: bind: address already in use', 8000],
    [
      '{"level": "ERROR", "message": "[Errno 98] error while attempting to bind on address (\'0.0.0.0\', 18000): address already in use"}',
      18_000,
    ],
    ["[Errno 98] error while attempting to bind on address ('::', 80, 0, 0): in use", 80],
    ['Error: listen EADDRINUSE: address already in use :::3000', 3000],
    ['nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)', 80],
    ['Port 8080 is already in use', 8080],
  ])('%s', (said, port) => {
    expect(portIn(said)).toBe(port);
  });

  it.each(['', 'it broke', 'Connection refused to 10.0.0.5:6379', 'port 99999 is taken'])(
    'none in %j',
    (said) => {
      expect(portIn(said)).toBeNull();
    },
  );
});
