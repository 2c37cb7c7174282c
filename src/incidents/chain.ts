import { createHash } from 'node:crypto';

/** The hash before the first event. */
export const GENESIS = '0'.repeat(64);

/** What a link covers, in the order it is hashed. */
export interface Link {
  readonly seq: number;
  readonly at: number;
  readonly region: string;
  readonly incident: string;
  readonly run: string | null;
  readonly operator: string;
  readonly type: string;
  readonly body: string;
}

/** SHA-256 of the previous hash and every column of the event, as JSON so that no two rows collide. */
export function linkHash(previous: string, link: Link): string {
  const row = [
    link.seq,
    link.at,
    link.region,
    link.incident,
    link.run,
    link.operator,
    link.type,
    link.body,
  ];
  return createHash('sha256').update(previous).update(JSON.stringify(row)).digest('hex');
}
