import { StringDecoder } from 'node:string_decoder';

/** Longer lines are cut: a program may write without end and never break a line. */
const MAX_LINE_LENGTH = 4096;

/** Cuts what a program writes into lines as it arrives; holds one line at most. */
export interface LineCutter {
  feed(chunk: Buffer): void;
  /** Tells the last line, where it had no end. */
  end(): void;
}

/** @param line is told each line, without its end; of a line that is too long, the beginning */
export function lineCutter(line: (text: string) => void): LineCutter {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  let overlong = false;

  function take(text: string): void {
    const pieces = text.split(/\r?\n/);
    const last = pieces.pop() ?? '';
    for (const piece of pieces) {
      if (!overlong) line((rest + piece).slice(0, MAX_LINE_LENGTH));
      rest = '';
      overlong = false;
    }
    if (overlong) return;
    rest += last;
    if (rest.length <= MAX_LINE_LENGTH) return;
    line(`${rest.slice(0, MAX_LINE_LENGTH)}…`);
    rest = '';
    overlong = true;
  }

  return {
    feed: (chunk) => take(decoder.write(chunk)),
    end() {
      take(decoder.end());
      if (rest !== '') line(rest);
      rest = '';
    },
  };
}
