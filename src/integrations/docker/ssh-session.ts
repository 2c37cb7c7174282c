import { Duplex, type Readable, type Writable } from 'node:stream';

type Done = (thrown?: Error | null) => void;

/** What a session is made of: a process' pipes, or a socket that `ssh` forwards. */
export interface Dialled {
  readonly input: Writable;
  readonly output: Readable;
  /** Settles with the reason once nothing more comes. */
  readonly ended: Promise<Error>;
  end(): void;
}

/** A way through `ssh`, as the socket that node:http takes it for. */
export class SshSession extends Duplex {
  readonly #dial: () => Promise<Dialled>;
  #dialled: Dialled | null = null;

  /** @param dial opens the way; nothing is written or read before */
  constructor(dial: () => Promise<Dialled>) {
    super();
    this.#dial = dial;
  }

  override _construct(done: Done): void {
    this.#begin().then(() => done(), done);
  }

  async #begin(): Promise<void> {
    const dialled = await this.#dial();
    this.#dialled = dialled;
    if (this.destroyed) return dialled.end();
    dialled.input.on('error', () => undefined);
    dialled.output.on('error', () => undefined);
    dialled.output.on('data', (bytes: Buffer) => {
      if (!this.push(bytes)) dialled.output.pause();
    });
    // Also an idle session that ends must leave the agent's pool.
    void dialled.ended.then((reason) => this.destroy(reason));
  }

  override _read(): void {
    this.#dialled?.output.resume();
  }

  override _write(bytes: Buffer, _encoding: string, done: Done): void {
    // One that has gone tells why by its end.
    this.#dialled?.input.write(bytes, () => done());
  }

  override _final(done: Done): void {
    this.#dialled?.input.end(() => done());
  }

  override _destroy(thrown: Error | null, done: Done): void {
    this.#dialled?.end();
    done(thrown);
  }

  // What is called on a socket of the network and means nothing here.
  setKeepAlive(): this {
    return this;
  }
  setNoDelay(): this {
    return this;
  }
  setTimeout(): this {
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
}
