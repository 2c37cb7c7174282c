import type { FactKind } from '../../domain/fact.ts';
import type { Source } from '../../domain/source.ts';

type Head<K extends FactKind> = Pick<Source<K>, 'name' | 'kind' | 'intervalMs' | 'timeoutMs'>;

/**
 * A source that is made when it is first polled: a secret or certificate that cannot be read is then a
 * failure of this source alone, with its words, and is looked for again at the next try.
 */
export function deferred<K extends FactKind>(head: Head<K>, make: () => Source<K>): Source<K> {
  let made: Source<K> | null = null;
  return {
    ...head,
    poll(signal) {
      made ??= make();
      return made.poll(signal);
    },
    close: () => made?.close?.(),
  };
}
