/** One connection, as a socket of Node's tells of it. */
interface Line {
  readonly bytesRead: number;
  readonly bytesWritten: number;
  once(event: 'close', listener: () => void): unknown;
}

/** What goes on at the connections that a process has opened. */
export interface Traffic {
  watch(line: Line): void;
  /** Something is being said on a connection. */
  said(line: Line): void;
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
  /** What had been heard when something was last said: whoever has heard no more since then waits for it. */
  heardBytes: number;
}

export function createTraffic(): Traffic {
  const lines = new Map<Line, Known>();
  let opened = false;
  return {
    watch(line) {
      opened = true;
      // Until it is connected it asks for that.
      lines.set(line, { readBytes: 0, writtenBytes: 0, heardBytes: 0 });
      line.once('close', () => lines.delete(line));
    },
    said(line) {
      const known = lines.get(line);
      if (known !== undefined) known.heardBytes = line.bytesRead;
    },
    look() {
      let moved = opened;
      opened = false;
      let asks = false;
      for (const [{ bytesRead, bytesWritten }, known] of lines) {
        moved ||= bytesRead !== known.readBytes || bytesWritten !== known.writtenBytes;
        asks ||= bytesRead === known.heardBytes;
        known.readBytes = bytesRead;
        known.writtenBytes = bytesWritten;
      }
      return { moved, asks };
    },
  };
}
