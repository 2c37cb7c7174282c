const [QUOTE, BACKSLASH, OPEN, CLOSE, CURLY, UNCURLY, COMMA] = [34, 92, 91, 93, 123, 125, 44];

/** Cuts a JSON array that arrives in pieces into the texts of its elements, without parsing them. */
export interface Elements {
  /** Takes the next piece; returns the elements that are whole now. */
  feed(piece: string): readonly string[];
  /** False where the text is no array, or ends before its end. */
  readonly whole: boolean;
}

/**
 * So that a long list never has to be parsed at once, which would hold up the screen. What is no JSON is
 * found when an element is parsed.
 */
export function elements(): Elements {
  let rest = '';
  let begun = false;
  let ended = false;
  let depth = 0;
  let quoted = false;
  let escaped = false;

  function scan(text: string, from: number, found: string[]): string {
    let start = 0;
    for (let at = from; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (quoted) {
        if (escaped) escaped = false;
        else if (code === BACKSLASH) escaped = true;
        else if (code === QUOTE) quoted = false;
        continue;
      }
      if (code === QUOTE) quoted = true;
      else if (code === OPEN || code === CURLY) depth += 1;
      else if (code === CLOSE || code === UNCURLY) depth -= 1;
      const between = depth === 0 && code === CLOSE ? true : depth === 1 && code === COMMA;
      if (depth === 1 && code === OPEN && !begun) {
        begun = true;
        start = at + 1;
      } else if (between) {
        const element = text.slice(start, at).trim();
        if (element !== '') found.push(element);
        start = at + 1;
        ended = depth === 0;
        if (ended) return '';
      }
    }
    return text.slice(start);
  }

  return {
    feed(piece) {
      const found: string[] = [];
      if (ended) return found;
      const text = begun ? rest + piece : (rest + piece).trimStart();
      if (!begun && text !== '' && text.charCodeAt(0) !== OPEN) {
        ended = true;
        return found;
      }
      rest = scan(text, begun ? rest.length : 0, found);
      return found;
    },
    get whole() {
      return begun && ended;
    },
  };
}
