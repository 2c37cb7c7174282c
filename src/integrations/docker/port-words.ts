/** How programs and engines name the port they could not listen on, the most telling first. */
const PATTERNS = [
  // Docker: Bind for 0.0.0.0:8000 failed: port is already allocated
  /bind for \S*:(\d{1,5}) failed/i,
  // Go, and Docker: listen tcp4 0.0.0.0:8000: bind: address already in use
  /listen (?:tcp|udp)[46]? \S*:(\d{1,5})\b/i,
  // Python: error while attempting to bind on address ('0.0.0.0', 8000): address already in use
  /bind on address \('[^']*', (\d{1,5})\b/i,
  // Node: listen EADDRINUSE: address already in use :::8000
  /EADDRINUSE\S* [^\n]*?:(\d{1,5})\b/i,
  // nginx: bind() to 0.0.0.0:80 failed (98: Address already in use)
  /bind\(\) to \S*:(\d{1,5}) failed/i,
  /port (\d{1,5}) is (?:already )?(?:in use|allocated|taken)/i,
  /address already in use\D{0,40}:(\d{1,5})\b/i,
];

const MAX_SEARCHED = 20_000;

/** The port in what was said when a program could not listen on it; null where none is named. */
export function portIn(said: string): number | null {
  const text = said.slice(0, MAX_SEARCHED);
  for (const pattern of PATTERNS) {
    const port = Number(pattern.exec(text)?.[1] ?? 0);
    if (port > 0 && port <= 65_535) return port;
  }
  return null;
}
