import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { Backend, type BackendOptions } from '../backend/backend.ts';
import { roleOf } from '../catalogue/viewer.ts';
import { SqlError } from '../sql/sql-error.ts';
import { Body, type Incoming, incoming, startupParameters } from '../wire/incoming.ts';
import * as say from '../wire/messages.ts';
import { scram } from '../wire/scram.ts';
import type { DatabaseChange } from '../world.ts';
import { Conversation, refusal } from './conversation.ts';
import {
  admit,
  closedFor,
  greeting,
  newSession,
  settingsOf,
  type Wanted,
  wantedBy,
} from './login.ts';

export interface Certificate {
  readonly cert: string | Buffer;
  readonly key: string | Buffer;
}

export interface ConnectionOptions extends BackendOptions {
  /** Everybody is who they say they are. */
  readonly trusted: boolean;
  /** Address of the client; null over the local socket. */
  readonly client: string | null;
  /** Asked while the setting `ssl` is on; null where there is none. */
  readonly certificate: () => Promise<Certificate | null>;
  /** A line of the server's own log. */
  readonly log: (line: string) => void;
  /** Ends the query of a session whose key somebody knows. */
  readonly cancel: (pid: number, secret: number) => void;
  /** Told the key of the session, once there is one. */
  readonly opened: (key: { readonly pid: number; readonly secret: number }) => void;
}

const SSL_REQUEST = 80_877_103;
const GSS_REQUEST = 80_877_104;
const CANCEL_REQUEST = 80_877_102;
const VERSION_3 = 196_608;
/** Somebody hung up; nothing more is said. */
class Gone extends Error {}

/** One client's connection, from its first byte to its last. */
export class Connection {
  readonly #options: ConnectionOptions;
  #socket: Duplex;
  #bytes = incoming();
  #arrived: (() => void) | null = null;
  #ended = false;
  #backend: Backend | null = null;
  #stopWatching: () => void = () => {};
  #idleLimit: { cancel(): void } | null = null;

  constructor(socket: Duplex, options: ConnectionOptions) {
    this.#options = options;
    this.#socket = socket;
    this.#listen(socket);
    void this.#live();
  }

  /** Ends it at once, as when the server's process is gone. */
  destroy(): void {
    this.#end();
    this.#socket.destroy();
  }

  #listen(socket: Duplex): void {
    socket.on('data', (chunk: Buffer) => {
      this.#bytes.add(chunk);
      this.#arrived?.();
    });
    socket.on('error', () => this.#end());
    socket.on('close', () => this.#end());
  }

  #end(): void {
    this.#ended = true;
    this.#backend?.patience.stop(new Gone());
    this.#arrived?.();
  }

  /** Waits until something arrives, or the world changes. */
  #change(): Promise<void> {
    return new Promise((resolve) => {
      const stop = this.#options.world.watch(() => finish());
      const finish = () => {
        stop();
        this.#arrived = null;
        resolve();
      };
      this.#arrived = finish;
    });
  }

  /** The client's next message, not before the server is awake. @throws Gone when none will come */
  async #next(typed: boolean): Promise<Incoming> {
    for (;;) {
      if (this.#ended) throw new Gone();
      const asleep = this.#options.world.state.presence === 'hung';
      const message = asleep ? null : this.#bytes.next(typed);
      if (message !== null) return message;
      await this.#change();
    }
  }

  readonly #send = (...messages: readonly Buffer[]): void => {
    if (!this.#ended) this.#socket.write(Buffer.concat(messages));
  };

  async #live(): Promise<void> {
    try {
      const wanted = await this.#startup();
      if (wanted !== null) await this.#serve(await this.#logIn(wanted));
    } catch (thrown) {
      if (!(thrown instanceof Gone)) this.#refuse(thrown);
    } finally {
      await this.#leave();
      this.#socket.end();
    }
  }

  #refuse(thrown: unknown): void {
    this.#send(refusal(thrown));
    if (thrown instanceof Error) this.#options.log(`FATAL:  ${thrown.message}`);
  }

  async #leave(): Promise<void> {
    this.#stopWatching();
    this.#idleLimit?.cancel();
    const backend = this.#backend;
    if (backend === null) return;
    backend.patience.end();
    await backend.end(false).catch(() => undefined);
    this.#options.world.apply({ kind: 'leave', pid: backend.pid });
  }

  /** Who wants in; null when it was something else. */
  async #startup(): Promise<Wanted | null> {
    for (;;) {
      const body = new Body((await this.#next(false)).body);
      const code = body.int32();
      if (code === SSL_REQUEST) await this.#secure();
      else if (code === GSS_REQUEST) this.#send(Buffer.from('N'));
      else if (code === CANCEL_REQUEST) {
        this.#options.cancel(body.int32(), body.int32());
        return null;
      } else if (code >> 16 === VERSION_3 >> 16) return wantedBy(startupParameters(body));
      else {
        const words = `unsupported frontend protocol ${code >> 16}.${code & 0xffff}`;
        throw new SqlError('0A000', words, 'FATAL');
      }
    }
  }

  async #secure(): Promise<void> {
    const { client, world } = this.#options;
    const on = world.state.settings['ssl']?.value === 'on' && client !== null;
    const certificate = on ? await this.#options.certificate() : null;
    if (certificate === null) return this.#send(Buffer.from('N'));
    // What came before the answer would not be encrypted: somebody's in between.
    if (this.#bytes.rest > 0) throw new SqlError('08P01', 'received unencrypted data', 'FATAL');
    const plain = this.#socket;
    plain.removeAllListeners('data');
    this.#send(Buffer.from('S'));
    const secure = new TLSSocket(plain as never, { isServer: true, ...certificate });
    this.#socket = secure;
    this.#bytes = incoming();
    this.#listen(secure);
  }

  async #logIn(wanted: Wanted): Promise<Backend> {
    const { client, opened, trusted, world } = this.#options;
    const closed = closedFor(world.state);
    if (closed !== null) throw closed;
    if (!trusted) await this.#askPassword(wanted);
    admit(world, wanted);
    const settings = settingsOf(world, wanted);
    const encrypted = this.#socket instanceof TLSSocket;
    const key = newSession(world, wanted, settings, { client, encrypted });
    const backend = new Backend(this.#options, { ...wanted, pid: key.pid }, settings);
    this.#backend = backend;
    this.#stopWatching = world.watch((change) => this.#told(change, key.pid));
    opened(key);
    this.#send(say.authenticationOk, ...greeting(world, settings, key));
    return backend;
  }

  async #askPassword({ user }: Wanted): Promise<void> {
    const wrong = new SqlError(
      '28P01',
      `password authentication failed for user "${user}"`,
      'FATAL',
    );
    const login = scram(roleOf(this.#options.world.state, user)?.password ?? null);
    this.#send(say.saslMechanisms);
    const first = await this.#password();
    if (first.text() !== 'SCRAM-SHA-256') throw wrong;
    const challenge = login.first(first.bytes(first.int32()).toString('utf8'));
    if (challenge === null) throw wrong;
    this.#send(say.saslContinue(challenge));
    const last = await this.#password();
    const proof = login.last(last.bytes(last.left).toString('utf8'));
    if (proof === null) throw wrong;
    this.#send(say.saslFinal(proof));
  }

  async #password(): Promise<Body> {
    const { body, type } = await this.#next(true);
    if (type !== 'p') throw new SqlError('08P01', 'expected password response', 'FATAL');
    return new Body(body);
  }

  /** The world has changed: somebody may have ended this session, or its query. */
  #told(change: DatabaseChange, pid: number): void {
    if (change.kind === 'restart') this.destroy();
    if (change.kind === 'crash') {
      this.#hangUp('57P02', 'terminating connection because of crash of another server process');
    }
    if ((change.kind !== 'cancel' && change.kind !== 'terminate') || change.pid !== pid) return;
    if (change.kind === 'cancel') {
      const words = 'canceling statement due to user request';
      this.#backend?.patience.stop(new SqlError('57014', words));
      return;
    }
    this.#hangUp('57P01', 'terminating connection due to administrator command');
  }

  /** Ends the connection with words, whatever it is at. */
  #hangUp(code: string, words: string): void {
    this.#refuse(new SqlError(code, words, 'FATAL'));
    this.#end();
  }

  async #serve(backend: Backend): Promise<void> {
    const conversation = new Conversation(backend, this.#send, this.#options.log);
    conversation.ready();
    for (;;) {
      this.#watchIdle(backend);
      const message = await this.#next(true);
      this.#idleLimit?.cancel();
      if (message.type === 'X') return;
      await conversation.take(message);
    }
  }

  #watchIdle(backend: Backend): void {
    const limitMs = backend.settings.number('idle_in_transaction_session_timeout');
    if (backend.status === 'I' || limitMs <= 0) return;
    const words = 'terminating connection due to idle-in-transaction timeout';
    this.#idleLimit = backend.patience.clock.after(limitMs, () => this.#hangUp('25P03', words));
  }
}
