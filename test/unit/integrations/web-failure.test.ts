import { describe, expect, it } from 'vitest';
import { shownUrl, webFailure } from '../../../src/integrations/web/failure.ts';

const failing = (code: string, message = 'raw', name = 'Error') =>
  webFailure(Object.assign(new Error(message), { code, name }), 'https://h:1/');

describe('the words of a failed request', () => {
  it('never show credentials of an address', () => {
    expect(shownUrl('http://user:secret@host:1/p?q')).toBe('http://host:1/p?q');
    expect(shownUrl('no \u001b[31maddress')).toBe('no address');
  });

  it.each([
    ['ECONNREFUSED', 'unreachable', 'refuses connections'],
    ['UND_ERR_SOCKET', 'unreachable', 'closed the connection mid-answer'],
    ['ENOTFOUND', 'unreachable', 'has a name nobody knows'],
    ['UND_ERR_CONNECT_TIMEOUT', 'timeout', 'did not answer'],
    ['EACCES', 'denied', 'may not be opened by this user'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'garbage', 'does not speak TLS'],
    [
      'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
      'failed',
      'refused the TLS handshake: protocol version',
    ],
    [
      'ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE',
      'failed',
      'refused the TLS handshake: handshake failure',
    ],
  ])('say what %s means', (code, kind, says) => {
    expect(failing(code)).toMatchObject({
      kind,
      message: `https://h:1/ ${says}`,
      mend: expect.any(String),
    });
  });

  it('know errors without a code of their own', () => {
    expect(failing('', 'raw', 'HTTPParserError').kind).toBe('garbage');
    expect(failing('UND_ERR_INVALID_ARG', 'Redirect loop detected.').message).toContain(
      'redirects without end',
    );
    const early = 'Client network socket disconnected before secure TLS connection was established';
    expect(failing('ECONNRESET', early).message).toContain('during the TLS handshake');
    const wrapped = new Error('wrapped', { cause: { code: 'ECONNREFUSED' } });
    expect(webFailure(wrapped, 'x').message).toBe('x refuses connections');
  });

  it('are safe and short when the error is unknown', () => {
    const { message } = failing('ENEW', `\u001b[31m${'x'.repeat(1000)}`);
    expect(message).toMatch(/^https:\/\/h:1\/: x{300}$/);
  });
});
