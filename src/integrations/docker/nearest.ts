const MAX_CANDIDATES = 3;

/** The number of letters to insert, delete or change to make `a` into `b`. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const changed = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(changed, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** The names most like `wanted`: those that contain it, or are contained in it, come first. */
export function nearest(wanted: string, names: Iterable<string>): string[] {
  const rank = (name: string) =>
    name.includes(wanted) || wanted.includes(name) ? 0 : distance(wanted, name);
  return [...new Set(names)]
    .map((name) => ({ name, rank: rank(name) }))
    .sort((a, b) => a.rank - b.rank || (a.name < b.name ? -1 : 1))
    .slice(0, MAX_CANDIDATES)
    .map(({ name }) => name);
}
