import { parseDuration } from '../domain/duration.ts';
import { didYouMean } from '../domain/nearest.ts';
import type { VerifySpec } from './graph.ts';
import { readProbe } from './read-call.ts';
import { readCondition } from './read-words.ts';
import { builtInSignals, type Reader, readDuration } from './reader.ts';
import type { VerificationFile } from './schema-leaves.ts';
import type { Path } from './yaml-file.ts';

/** Reads the proofs of a leaf; those whose condition cannot be used are left out. */
export function readVerify(
  reader: Reader,
  verifications: readonly VerificationFile[],
  path: Path,
): VerifySpec[] {
  return verifications.flatMap((spec, index) => {
    const read = readProof(reader, spec, [...path, 'verify', index]);
    return read === null ? [] : [read];
  });
}

function readProof(reader: Reader, spec: VerificationFile, path: Path): VerifySpec | null {
  const input = spec.with ?? {};
  const probe = spec.probe === undefined ? null : readProbe(reader, spec.probe, input, path);
  if (spec.probe === undefined && spec.with !== undefined) {
    const mend = 'name the `probe` that takes it, or remove it';
    reader.report.error([...path, 'with'], '`with` without a `probe`', mend, 'key');
  }
  const resultSchema = spec.probe === undefined ? 'none' : (probe?.result ?? 'any');
  const options = { resultSchema, first: true } as const;
  const until = readCondition(reader, spec.until, [...path, 'until'], options);
  const duration = (text: string, field: string) =>
    readDuration(reader.report, reader.facts.durations, text, [...path, field]);
  checkSignal(reader, spec.signal, [...path, 'signal']);
  const withinMs = duration(spec.within, 'within');
  const everyMs = duration(spec.every, 'every');
  if (parseDuration(spec.every) === 0) {
    const message = `\`every\` ${spec.every} would never pause`;
    reader.report.error([...path, 'every'], message, 'write such as 2s');
  }
  const forMs = spec.for === undefined ? null : duration(spec.for, 'for');
  if (until === null) return null;
  return {
    title: spec.title,
    probe: spec.probe ?? null,
    with: input,
    until,
    withinMs,
    everyMs,
    forMs,
    signal: spec.signal ?? null,
  };
}

/** Reports a signal that neither the pack nor the program has. */
export function checkSignal({ report, facts }: Reader, id: string | undefined, path: Path): void {
  if (id === undefined || facts.signals === null) return;
  const known = [...facts.signals, ...builtInSignals];
  if (known.includes(id)) return;
  const mend = didYouMean(id, known, `there are ${known.join(', ')}`);
  report.error(path, `unknown signal \`${id}\``, mend);
}
