/** Edits between two short words (optimal string alignment): a swap of neighbours counts once. */
function distance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const substitution = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let best = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, substitution);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, (beforeLast[j - 2] ?? 0) + 1);
      }
      row.push(best);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}

/** Longer names are compared by their head only, so that the work stays bounded. */
const MAX_COMPARED = 64;
const MAX_ANSWERS = 3;

/**
 * The candidates a misspelt name most probably means, best first, three at most; empty when none is
 * near. Case is ignored; a name that contains the other, or a part of it after `.`, `-` or `_`, is near.
 */
export function nearest(name: string, candidates: Iterable<string>): string[] {
  const wanted = name.toLowerCase().slice(0, MAX_COMPARED);
  if (wanted === '') return [];
  const allowed = Math.max(1, Math.floor(wanted.length / 3));
  const ranked: { candidate: string; rank: number }[] = [];
  for (const candidate of new Set(candidates)) {
    const other = candidate.toLowerCase().slice(0, MAX_COMPARED);
    const edits = distance(wanted, other);
    if (edits <= allowed) ranked.push({ candidate, rank: edits });
    else if (contains(other, wanted)) ranked.push({ candidate, rank: allowed + 1 });
  }
  ranked.sort((a, b) => a.rank - b.rank || (a.candidate < b.candidate ? -1 : 1));
  return ranked.slice(0, MAX_ANSWERS).map(({ candidate }) => candidate);
}

function contains(a: string, b: string): boolean {
  const [long, short] = a.length >= b.length ? [a, b] : [b, a];
  return short.length >= 3 && (long.includes(short) || long.split(/[._-]/).includes(short));
}

/** ``did you mean `a`, or `b`?``, or the words of `otherwise` when nothing is near. */
export function didYouMean(name: string, candidates: Iterable<string>, otherwise: string): string {
  const near = nearest(name, candidates).map((candidate) => `\`${candidate}\``);
  return near.length > 0 ? `did you mean ${near.join(' or ')}?` : otherwise;
}
