const STREAMS = { stdout: 1, stderr: 2 } as const;

/** A piece of output in the engine's multiplexed format. */
export function frame(stream: keyof typeof STREAMS, text: string): Buffer {
  const body = Buffer.from(text);
  const head = Buffer.alloc(8);
  head[0] = STREAMS[stream];
  head.writeUInt32BE(body.length, 4);
  return Buffer.concat([head, body]);
}
