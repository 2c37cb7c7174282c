import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A recorded answer of `test/fixtures`, as bytes. */
export function fixture(path: string): Buffer {
  return readFileSync(join(import.meta.dirname, '../../fixtures', path));
}

/** A recorded JSON answer. */
export function jsonFixture(path: string): unknown {
  return JSON.parse(fixture(path).toString('utf8'));
}
