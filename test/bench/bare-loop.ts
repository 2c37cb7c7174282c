// A program that does nothing but wait, and tells at the end how late each of its waits was over, in ms: so
// much of a key's time is none of the console's.

const EVERY_MS = 5;

const late: number[] = [];
let at = performance.now();
setInterval(() => {
  const now = performance.now();
  late.push(Math.max(0, now - at - EVERY_MS));
  at = now;
}, EVERY_MS);
process.on('message', () => process.send?.(late, () => process.exit(0)));
process.on('disconnect', () => process.exit(0));
