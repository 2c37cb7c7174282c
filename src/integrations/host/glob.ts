/**
 * Whether a file name fits a pattern in which `*` stands for any characters and `?` for one. Takes time in
 * proportion to name and pattern multiplied, whatever they are.
 */
export function fits(name: string, pattern: string): boolean {
  let [at, place] = [0, 0];
  let [star, tried] = [-1, 0];
  while (at < name.length) {
    if (pattern[place] === '*') {
      star = place;
      tried = at;
      place += 1;
    } else if (place < pattern.length && (pattern[place] === '?' || pattern[place] === name[at])) {
      at += 1;
      place += 1;
    } else if (star !== -1) {
      tried += 1;
      at = tried;
      place = star + 1;
    } else return false;
  }
  while (pattern[place] === '*') place += 1;
  return place === pattern.length;
}
