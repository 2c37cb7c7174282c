/** What of this suite the simulated server does not honour: a test's name, and why. */
export const EXCEPTIONS: Readonly<Record<string, string>> = {
  'tells that a prepared transaction blocks, which no session holds':
    'no console and no runbook uses two-phase commit; a world may hold a lock of pid 0',
  'ends with the connection: the server deletes nothing for a runner that is gone':
    'a trigger that sleeps would stop the one session behind all clients; it does not sleep there',
  'tells a disk that takes nothing more (asks for ROOT)':
    'it has no disk; a world says `diskFull`, which its own test holds against postgres.ready',
};
