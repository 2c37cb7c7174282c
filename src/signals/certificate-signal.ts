import type { Certificate } from '../domain/certificate.ts';
import { formatAge } from '../domain/duration.ts';
import type { HealthBefore } from './evaluate.ts';
import { factReading, type Told } from './fact-reading.ts';
import { limits } from './limits.ts';
import type { EvaluatedSignal } from './reading.ts';

function detailOf({ notAfter, problem }: Certificate, leftMs: number): string {
  const end = new Date(notAfter).toISOString().slice(0, 10);
  if (leftMs <= 0) return `expired ${formatAge(-leftMs)} ago, on ${end}`;
  const ends = `ends in ${formatAge(leftMs)}, on ${end}`;
  return problem === null ? ends : problem;
}

/**
 * The signal `certificate`, by name: seconds until it ends, never below 0. One that clients refuse is
 * critical however long it lasts.
 */
export function certificateSignals(
  certificates: readonly Told<Certificate>[],
  before: HealthBefore,
): readonly EvaluatedSignal[] {
  return certificates.map((told) => {
    const { value: certificate, observedAt } = told;
    const leftMs = certificate.notAfter - observedAt;
    const number = {
      id: 'certificate',
      title: 'certificate',
      labels: { name: certificate.name },
      value: Math.max(0, leftMs / 1000),
      unit: 'seconds',
      thresholds: limits.certificate,
      detail: detailOf(certificate, leftMs),
    } as const;
    const reading = factReading(number, told, before);
    return certificate.problem === null ? reading : { ...reading, state: 'critical' };
  });
}
