import type { Token } from './lex.ts';
import { SqlError } from './sql-error.ts';

/** Goes through tokens, one after the other. */
export class Reader {
  readonly #tokens: readonly Token[];
  #place = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  /** The token after `ahead` others. */
  peek(ahead = 0): Token {
    const token = this.#tokens[Math.min(this.#place + ahead, this.#tokens.length - 1)];
    if (token === undefined) throw new SqlError('42601', 'syntax error at end of input');
    return token;
  }

  next(): Token {
    const token = this.peek();
    this.#place += 1;
    return token;
  }

  /** True when these words or signs come next. */
  sees(...texts: readonly string[]): boolean {
    return texts.every((text, ahead) => {
      const token = this.peek(ahead);
      return (token.kind === 'word' || token.kind === 'op') && token.text === text;
    });
  }

  /** Takes these words or signs if they come next. */
  takes(...texts: readonly string[]): boolean {
    const there = this.sees(...texts);
    if (there) this.#place += texts.length;
    return there;
  }

  /** @throws SqlError when something else comes next */
  must(...texts: readonly string[]): void {
    if (!this.takes(...texts)) throw this.wrong();
  }

  /** A name, quoted or not. */
  name(): string {
    const token = this.next();
    if (token.kind !== 'word' && token.kind !== 'name') throw this.wrong(token);
    return token.text;
  }

  get atEnd(): boolean {
    return this.peek().kind === 'end';
  }

  wrong(token: Token = this.peek()): SqlError {
    return token.kind === 'end'
      ? new SqlError('42601', 'syntax error at end of input')
      : new SqlError('42601', `syntax error at or near "${token.text}"`);
  }

  /** Items with commas between them. */
  list<T>(read: () => T): readonly T[] {
    const items = [read()];
    while (this.takes(',')) items.push(read());
    return items;
  }
}
