import { sanitizeLine } from '../../domain/sanitize.ts';

const MAX_COMMAND_LENGTH = 200;

/** An entry of the slow log. */
export interface SlowEntry {
  readonly id: number;
  /** When it ran, epoch ms; Redis tells whole seconds. */
  readonly at: number;
  readonly durationMs: number;
  /** The command with its arguments, cut to 200 characters. */
  readonly command: string;
  /** Address of the client, and its name where it has one. */
  readonly client: string;
}

function textOf(value: unknown): string {
  return sanitizeLine(typeof value === 'string' ? value : String(value ?? ''));
}

/** Decodes SLOWLOG GET; entries that are none are left out. */
export function decodeSlowLog(answer: unknown): readonly SlowEntry[] {
  if (!Array.isArray(answer)) return [];
  return answer.flatMap((entry: unknown) => {
    if (!Array.isArray(entry)) return [];
    const [id, atSeconds, durationUs, words, address, name]: unknown[] = entry;
    const command = Array.isArray(words) ? words.map(textOf).join(' ') : '';
    return [
      {
        id: Number(id),
        at: Number(atSeconds) * 1000,
        durationMs: Number(durationUs) / 1000,
        command: command.slice(0, MAX_COMMAND_LENGTH),
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
