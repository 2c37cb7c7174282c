import type { SlowCommand } from '../../domain/cache.ts';
import { redactText } from '../../domain/redact.ts';
import { sanitizeLine } from '../../domain/sanitize.ts';

const MAX_COMMAND_LENGTH = 200;

function textOf(value: unknown): string {
  return sanitizeLine(typeof value === 'string' ? value : String(value ?? ''));
}

/** Commands that carry secrets as bare words: the number of words that may be shown of them. */
const SECRET_AFTER: Readonly<Record<string, number>> = { AUTH: 1, HELLO: 2, ACL: 3, MIGRATE: 4 };
const MASK = '••••';

/** A command with its arguments as it may be shown. */
function commandOf(words: readonly unknown[]): string {
  const texts = words.map(textOf);
  const shown = SECRET_AFTER[(texts[0] ?? '').toUpperCase()];
  if (shown !== undefined && texts.length > shown) texts.splice(shown, texts.length, MASK);
  const [verb = '', second = '', name = ''] = texts;
  // CONFIG SET requirepass hunter2: a name and its value, parted by nothing but a blank.
  if (/^config$/i.test(verb) && /^set$/i.test(second) && /pass|auth|user/i.test(name)) {
    texts.splice(3, texts.length, MASK);
  }
  return redactText(texts.join(' ')).slice(0, MAX_COMMAND_LENGTH);
}

/** Decodes SLOWLOG GET; entries that are none are left out. */
export function decodeSlowLog(answer: unknown): readonly SlowCommand[] {
  if (!Array.isArray(answer)) return [];
  return answer.flatMap((entry: unknown) => {
    if (!Array.isArray(entry)) return [];
    const [id, atSeconds, durationUs, words, address, name]: unknown[] = entry;
    return [
      {
        id: Number(id),
        at: Number(atSeconds) * 1000,
        durationMs: Number(durationUs) / 1000,
        command: commandOf(Array.isArray(words) ? words : []),
        client: [textOf(address), textOf(name)].filter((word) => word !== '').join(' '),
      },
    ];
  });
}

/** A connection to Redis, from CLIENT LIST. */
export interface ClientEntry {
  readonly addr: string;
  readonly name: string;
  /** Its last command. */
  readonly command: string;
  readonly idleSeconds: number;
  /** What Redis holds for it to read. */
  readonly outputBytes: number;
}

/** Decodes CLIENT LIST. */
export function decodeClients(answer: unknown): readonly ClientEntry[] {
  const lines = typeof answer === 'string' ? answer.split('\n') : [];
  return lines.flatMap((line) => {
    const fields = new Map<string, string>();
    for (const [, field, value] of line.matchAll(/(?:^| )([a-z-]+)=(\S*)/g)) {
      if (field !== undefined && value !== undefined) fields.set(field, sanitizeLine(value));
    }
    const addr = fields.get('addr');
    if (addr === undefined) return [];
    return [
      {
        addr,
        name: fields.get('name') ?? '',
        command: fields.get('cmd') ?? '',
        idleSeconds: Number(fields.get('idle') ?? 0),
        outputBytes: Number(fields.get('omem') ?? 0),
      },
    ];
  });
}

/** The number of clients under each name, or each host where they have none; most first. */
export function groupClients(
  clients: readonly ClientEntry[],
): readonly { readonly name: string; readonly count: number }[] {
  const counts = new Map<string, number>();
  for (const { addr, name } of clients) {
    const key = name || addr.replace(/:\d+$/, '');
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts]
    .map(([name, count]) => ({ name, count }))
    .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
}
