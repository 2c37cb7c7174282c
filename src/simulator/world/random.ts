/** The state of the world's own dice: the same seed throws the same numbers on every machine. */
export interface Dice {
  dice: number;
}

/** The next number of 0 to 1, without 1 (mulberry32). */
export function roll(world: Dice): number {
  world.dice = (world.dice + 0x6d2b79f5) | 0;
  let mixed = Math.imul(world.dice ^ (world.dice >>> 15), 1 | world.dice);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
}

/** A time around `middleMs`, now and then much longer, as measured times are. */
export function around(world: Dice, middleMs: number, spread = 0.35): number {
  const normal = roll(world) + roll(world) + roll(world) - 1.5;
  return middleMs * Math.exp(normal * spread * 2);
}

/** So many hexadecimal digits. */
export function hex(world: Dice, digits: number): string {
  let text = '';
  while (text.length < digits) {
    text += Math.floor(roll(world) * 0x1_0000_0000)
      .toString(16)
      .padStart(8, '0');
  }
  return text.slice(0, digits);
}
