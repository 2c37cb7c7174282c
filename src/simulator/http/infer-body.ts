const LONGEST_TEXT = 10_000;

type Body = Readonly<Record<string, unknown>>;

function invalid(type: string, loc: readonly string[], msg: string, input: unknown): Body {
  return { detail: [{ type, loc, msg, input }] };
}

/** The text of a request's body, or what is answered to one that does not fit. */
export function inferText(body: string): { text: string } | { refusal: Body } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return { refusal: invalid('json_invalid', ['body', '0'], 'JSON decode error', {}) };
  }
  const at = ['body', 'text'];
  const text = parsed !== null && typeof parsed === 'object' ? Reflect.get(parsed, 'text') : null;
  if (text === undefined || text === null) {
    return { refusal: invalid('missing', at, 'Field required', parsed) };
  }
  if (typeof text !== 'string') {
    return { refusal: invalid('string_type', at, 'Input should be a valid string', text) };
  }
  if (text.length > LONGEST_TEXT) {
    const words = `String should have at most ${LONGEST_TEXT} characters`;
    return { refusal: invalid('string_too_long', at, words, text) };
  }
  if (text.trim() === '') {
    return { refusal: invalid('value_error', at, 'Value error, Text cannot be empty', text) };
  }
  return { text };
}
