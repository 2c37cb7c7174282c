import { parseInput } from '../../../src/actions/parse-input.ts';
import { bounded } from '../../../src/engine/bounded.ts';
import type { EngineContext } from '../../../src/engine/context.ts';
import { diagnose } from '../../../src/engine/diagnose.ts';
import type { Diagnosis } from '../../../src/engine/diagnosis.ts';
import type { ReadProbe } from '../../../src/engine/read-probe.ts';
import type { Runbook } from '../../../src/runbooks/graph.ts';
import { createFakeClock } from '../../harness/fake-clock.ts';
import { realCatalogue } from './falcon.ts';

/**
 * What each probe answers: by its id and the role or container it is asked about (`redis.info redis`), or
 * by its id alone; an error is one that failed.
 */
export type Answers = Readonly<Record<string, object | Error>>;

export const NOW = 1_700_000_000_000;

/** Input and answer go through the probe's own schemas, so that neither could be one it does not have. */
const readerOf =
  (answers: Answers, asked: string[]): ReadProbe =>
  async (_context, { step, probe: id, input }) => {
    const probe = realCatalogue.probe(id);
    if (probe === undefined) throw new Error(`no probe ${id}`);
    const given = parseInput(probe.input, input, id) as Readonly<Record<string, unknown>>;
    const key = `${id} ${String(given['container'] ?? given['service'] ?? '')}`.trim();
    asked.push(key);
    const answer = answers[key] ?? answers[id] ?? new Error(`no answer for ${key}`);
    const error = answer instanceof Error ? answer.message : null;
    const result = error === null ? probe.result.parse(answer) : null;
    const times = { observedAt: NOW, elapsedMs: 1 };
    return {
      evidence: { step, probe: id, command: id, result: bounded(result), error, ...times },
      result,
    };
  };

/** A walk as the background diagnosis makes it, with the words of its last turn. */
export interface Walked extends Diagnosis {
  readonly because: string;
  readonly asked: readonly string[];
}

/** Walks a runbook by the engine's own diagnosis over made-up answers. */
export async function walkWith(
  runbook: Runbook,
  answers: Answers,
  signals: Readonly<Record<string, unknown>>,
): Promise<Walked> {
  const context = {
    clock: createFakeClock(NOW),
    region: { name: 'local' },
    catalogue: realCatalogue,
    signals: () => signals,
  } as unknown as EngineContext;
  const asked: string[] = [];
  const read = readerOf(answers, asked);
  const found = await diagnose(context, runbook, new AbortController().signal, { read });
  const turn = found.path.findLast(({ recommended }) => recommended !== null)?.recommended;
  return { ...found, because: turn?.because ?? '', asked };
}
