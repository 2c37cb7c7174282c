/** A document that begins with a directive, or marks its own beginning. */
const HAS_BEGINNING = /^(?:%|---)/m;

/** Several files as one stream: each stays as it is, parted by the marks of YAML. */
export function joinStream(texts: readonly string[]): string {
  return texts.reduce((stream, text) => {
    const mark = HAS_BEGINNING.test(text) ? '...' : '---';
    return `${stream}${stream.endsWith('\n') ? '' : '\n'}${mark}\n${text}`;
  });
}
