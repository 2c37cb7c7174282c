/** One connection, as a socket of Node's tells of it. */
export interface Line {
  readonly bytesRead: number;
  readonly bytesWritten: number;
  once(event: 'close', listener: () => void): unknown;
}

/** What goes on at the connections that a process has opened. */
export interface Traffic {
  watch(line: Line): void;
  /** Looks at them. */
  look(): {
    /** One was opened, or something was said or heard on one, since they were last looked at. */
    readonly moved: boolean;
    /** Somebody was asked, and has not answered. */
    readonly asks: boolean;
  };
}

interface Known {
  readBytes: number;
  writtenBytes: number;
  /** What was said last was said by this side. */
  asks: boolean;
}

export function createTraffic(): Traffic {
  const lines = new Map<Line, Known>();
  let opened = false;
  return {
    watch(line) {
      opened = true;
      // Until it is connected it asks for that.
      lines.set(line, { readBytes: 0, writtenBytes: 0, asks: true });
      line.once('close', () => lines.delete(line));
    },
    look() {
      let moved = opened;
      opened = false;
      let asks = false;
      for (const [{ bytesRead, bytesWritten }, known] of lines) {
        const heard = bytesRead !== known.readBytes;
        const said = bytesWritten !== known.writtenBytes;
        if (heard) known.asks = false;
        else if (said) known.asks = true;
        known.readBytes = bytesRead;
        known.writtenBytes = bytesWritten;
        moved ||= heard || said;
        asks ||= known.asks;
      }
      return { moved, asks };
    },
  };
}
