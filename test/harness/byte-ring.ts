/** The last bytes of a stream, up to a limit. */
export interface ByteRing {
  push(chunk: Buffer): void;
  bytes(): Buffer;
}

export function createByteRing(limitBytes: number): ByteRing {
  let chunks: Buffer[] = [];
  let held = 0;
  return {
    push(chunk) {
      chunks.push(chunk);
      held += chunk.length;
      if (held <= limitBytes * 2) return;
      chunks = [Buffer.concat(chunks).subarray(-limitBytes)];
      held = limitBytes;
    },
    bytes: () => Buffer.concat(chunks).subarray(-limitBytes),
  };
}
