export { readingKey } from '../signals/key.ts';
export { listedSignals } from '../signals/listed.ts';
