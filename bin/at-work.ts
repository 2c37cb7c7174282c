import { readFileSync } from 'node:fs';

/** How deep programs that start programs are looked at. */
const MAX_DEPTH = 4;

const told = (path: string): string => {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
};

/**
 * Whether a program, or one that it has started, computes, or would if it had a processor, or waits for a disk:
 * it does not wait for anybody. Of a system that does not tell, it is taken to wait.
 */
export function isAtWork(pid: number, depth = 0): boolean {
  const stat = told(`/proc/${pid}/stat`);
  // The name in it may hold anything.
  const state = stat.charAt(stat.lastIndexOf(')') + 2);
  if (state === 'R' || state === 'D') return true;
  if (depth === MAX_DEPTH) return false;
  const children = told(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean);
  return children.some((child) => isAtWork(Number(child), depth + 1));
}
