const TLS = 'a simulated Redis speaks no TLS: no system of the packs has its cache behind it';
const LOADING = 'it starts empty at once: its data is never written down';

/** What of these suites the simulated server does not honour: a test's name, and why. */
export const EXCEPTIONS: Readonly<Record<string, string>> = {
  'speaks TLS, checks the certificate, and says what is wrong with it': TLS,
  'shows a client certificate, and says that one is wanted': TLS,
  'tells a certificate that has expired': TLS,
  'names the other port when one side speaks TLS and the other does not': TLS,
  'logs in as an ACL user, and does without what that user may not read':
    'it knows one user and one password; no runbook needs more',
  'uses a socket of this host, and tells a missing one from a forbidden one':
    'it listens on a port of 127.0.0.1 only, as a published port of a container does',
  'keys by database, bounded when there are thousands': 'the test writes them by a script of Lua',
  'its last ten slow commands, without control sequences and secrets':
    'one of the commands is a script of Lua',
  'master and replica from both sides, and a link that is down':
    'it has no replicas: no procedure of the packs asks for one',
  'that a snapshot failed': LOADING,
  'how far it has loaded, as an error that says to wait': LOADING,
};
