import type { Socket } from 'node:net';
import { OperatorError } from '../../domain/operator-error.ts';

/** Length and code of PostgreSQL's SSLRequest. */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);
const WILLING = 'S';
const UNWILLING = 'N';

/**
 * Asks a PostgreSQL server to go on in TLS. Only the one byte of its answer is taken off the socket.
 * @throws OperatorError when it does not offer TLS, or is no PostgreSQL
 */
export function askPostgresForTls(socket: Socket, where: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const ended = () => reject(Object.assign(new Error('ended'), { code: 'ECONNRESET' }));
    const look = () => {
      const answer: Buffer | null = socket.read(1);
      if (answer === null) return;
      socket.off('readable', look).off('end', ended);
      const letter = answer.toString('latin1');
      if (letter === WILLING) return resolve();
      const [kind, says, mend] =
        letter === UNWILLING
          ? (['failed', 'does not offer TLS', 'set ssl = on in its postgresql.conf'] as const)
          : (['garbage', 'does not speak PostgreSQL', 'correct its port'] as const);
      reject(new OperatorError(kind, `${where} ${says}`, mend));
    };
    socket.on('readable', look).once('end', ended).once('error', reject);
    socket.write(SSL_REQUEST);
  });
}
