/** What stands for a secret. */
export const MASK = '••••';

/** Names whose values are secrets, in settings, environments, JSON fields and command options. */
const SECRET_NAME =
  /(?:pass(?:word|wd|phrase)?|secret|token|api[-_]?key|access[-_]?key|private[-_]?key|credential|authorization|cookie|session[-_]?id)/i;

const RULES: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, MASK],
  [/\b([a-z][a-z0-9+.-]*:\/\/[^\s:/@]*):[^\s/@]+@/gi, `$1:${MASK}@`],
  [/\b(bearer|basic)\s+[a-z0-9._~+/=-]{8,}/gi, `$1 ${MASK}`],
  [/\b(AUTH)\s+\S+(\s+\S+)?/g, `$1 ${MASK}`],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, MASK],
  [/\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g, MASK],
  [/\b(?:ghp|gho|ghs|ghr|github_pat|xox[abprs])[-_][A-Za-z0-9_-]{10,}/g, MASK],
];

const ASSIGNMENT = new RegExp(
  `((?:--)?[\\w.-]*${SECRET_NAME.source}[\\w.-]*["']?\\s*[=:]\\s*)("[^"]*"|'[^']*'|[^\\s,;&"']+)`,
  'gi',
);
const OPTION = new RegExp(`(--[\\w-]*${SECRET_NAME.source}[\\w-]*\\s+)(\\S+)`, 'gi');

/** Hides secrets in a text: passwords in URLs, tokens, keys, `name=value` of secret names. */
export function redactText(text: string): string {
  let result = text;
  for (const [pattern, replacement] of RULES) result = result.replace(pattern, replacement);
  return result.replace(ASSIGNMENT, `$1${MASK}`).replace(OPTION, `$1${MASK}`);
}

/** Levels of nesting kept; deeper values are cut, so that no answer can exhaust the stack. */
const DEPTH_MAX = 12;

/** Hides secrets in any JSON-like value, by the text of its strings and the names of its fields. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value);
  if (value === null || typeof value !== 'object') return value;
  if (depth >= DEPTH_MAX) return '…';
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      SECRET_NAME.test(name) && (typeof item === 'string' || typeof item === 'number')
        ? MASK
        : redact(item, depth + 1),
    ]),
  );
}
