import { createConnection, isIP, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { OperatorError } from '../../domain/operator-error.ts';
import type { PostgresAddress, PostgresTls } from './client.ts';
import { noPostgres } from './failure.ts';
import { createFrames } from './frames.ts';

/** A longer answer than this is no answer of ours. */
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;
const KEEP_ALIVE_AFTER_MS = 30_000;
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

export interface WireOptions {
  readonly address: PostgresAddress;
  readonly tls: PostgresTls;
  /** The authority's certificate, PEM. */
  readonly ca?: string;
  /** For words. */
  readonly where: string;
}

/**
 * The way to a server, with TLS if that is agreed on, as the library wants to be handed a socket. It
 * ends the connection when what comes is no PostgreSQL or too much: the library's parser would wait
 * for a message as long as some random bytes say, or throw out of an event.
 */
export class Wire extends Duplex {
  readonly #options: WireOptions;
  #socket: Socket | null = null;
  #answerBytes = 0;
  readonly #frames = createFrames(MAX_ANSWER_BYTES);

  constructor(options: WireOptions) {
    super({ allowHalfOpen: false });
    this.#options = options;
  }

  /** Called by the library, with an address that is known already. */
  connect(): void {
    const { address, tls } = this.#options;
    const local = 'socketFolder' in address;
    const socket = createConnection(
      local
        ? { path: `${address.socketFolder}/.s.PGSQL.${address.port}` }
        : { host: address.host, port: address.port, noDelay: true },
    );
    socket.setKeepAlive(true, KEEP_ALIVE_AFTER_MS);
    this.#use(socket);
    socket.once('connect', () => {
      if (local || tls === 'off') this.#ready(socket);
      else this.#negotiate(socket, address.host);
    });
  }

  setNoDelay(): void {}
  setKeepAlive(): void {}

  /** A new answer begins: it may be long again. */
  expectAnswer(): void {
    this.#answerBytes = 0;
  }

  #use(socket: Socket): void {
    this.#socket = socket;
    socket.on('error', (error) => this.destroy(error));
    socket.on('close', () => {
      if (this.#socket === socket) this.destroy();
    });
  }

  #negotiate(socket: Socket, host: string): void {
    const { ca, tls, where } = this.#options;
    socket.write(SSL_REQUEST);
    socket.once('data', (chunk: Buffer) => {
      const answer = chunk.toString('latin1');
      if (answer === 'N' && tls === 'prefer') return this.#ready(socket);
      if (answer === 'N') {
        const mend = 'switch ssl on in its postgresql.conf, or set tls: prefer';
        this.destroy(new OperatorError('denied', `PostgreSQL at ${where} has no TLS`, mend));
        return;
      }
      // More than the one byte would be somebody's in between.
      if (answer !== 'S') return void this.destroy(noPostgres(where));
      const secure = connectTls({
        socket,
        host,
        ...(isIP(host) === 0 ? { servername: host } : {}),
        ...(ca === undefined ? {} : { ca }),
        rejectUnauthorized: tls === 'verify',
      });
      this.#use(secure);
      secure.once('secureConnect', () => this.#ready(secure));
    });
  }

  #ready(socket: Socket): void {
    socket.on('data', (chunk) => this.#take(socket, chunk));
    socket.on('end', () => this.push(null));
    this.emit('connect');
  }

  #take(socket: Socket, chunk: Buffer): void {
    const { where } = this.#options;
    if (!this.#frames.fit(chunk)) {
      this.destroy(noPostgres(where));
      return;
    }
    this.#answerBytes += chunk.length;
    if (this.#answerBytes > MAX_ANSWER_BYTES) {
      const message = `PostgreSQL at ${where} answered more than ${MAX_ANSWER_BYTES} bytes`;
      this.destroy(new OperatorError('garbage', message, 'see what listens there'));
      return;
    }
    if (!this.push(chunk)) socket.pause();
  }

  override emit(event: string | symbol, ...values: unknown[]): boolean {
    if (event !== 'data') return super.emit(event, ...values);
    try {
      return super.emit(event, ...values);
    } catch (thrown) {
      this.destroy(noPostgres(this.#options.where, thrown));
      return true;
    }
  }

  override _read(): void {
    this.#socket?.resume();
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: (error?: Error | null) => void): void {
    if (this.#socket === null) done(new Error('not connected'));
    else this.#socket.write(chunk, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    // Not `end`: a hung server would never answer it.
    this.#socket?.destroySoon();
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#socket?.destroy();
    done(error);
  }
}
