import { describe, expect, it } from 'vitest';
import { deferredLog } from '../../../src/log/deferred.ts';
import type { Log } from '../../../src/log/log.ts';

/** A log that can be opened when the test says so. */
function setUp() {
  const opening = Promise.withResolvers<Log>();
  const written: string[] = [];
  let opens = 0;
  const log = deferredLog(() => {
    opens += 1;
    return opening.promise;
  });
  const real: Log = {
    file: '/state/opsconsole.log',
    info: (message, fields) => written.push(`info ${message} ${JSON.stringify(fields ?? {})}`),
    error: (message, cause) => written.push(`error ${message} ${String(cause)}`),
  };
  return { log, opens: () => opens, ready: () => opening.resolve(real), written };
}

describe('a log that is opened at its first entry', () => {
  it('is not opened before', () => {
    const { log, opens } = setUp();
    expect(opens()).toBe(0);
    expect(log.file).toBeNull();
  });

  it('keeps what is written until it is open, in its order, and is opened once', async () => {
    const { log, opens, ready, written } = setUp();
    log.info('first', { a: 1 });
    log.error('second', new Error('why'));
    expect(opens()).toBe(1);
    expect(written).toEqual([]);
    ready();
    await log.opened();
    expect(written).toEqual(['info first {"a":1}', 'error second Error: why']);
    log.info('third');
    expect(written.at(-1)).toBe('info third {}');
    expect(log.file).toBe('/state/opsconsole.log');
    expect(opens()).toBe(1);
  });

  it('keeps no more than 200 entries, the first ones', async () => {
    const { log, ready, written } = setUp();
    for (let n = 0; n < 300; n += 1) log.info(`${n}`);
    ready();
    await log.opened();
    expect(written).toHaveLength(200);
    expect([written[0], written.at(-1)]).toEqual(['info 0 {}', 'info 199 {}']);
  });
});
