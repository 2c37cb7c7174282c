import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { redact } from '../../domain/redact.ts';
import { appendLine } from '../../files/append-line.ts';
import type { Sample } from './sample.ts';

/** Incidents of which it is kept what the panels showed; the oldest go first. */
const RECORDINGS_MAX = 100;

/** A sample with the moment it was taken, epoch ms. */
export interface TakenSample {
  readonly at: number;
  readonly sample: Sample;
}

const folderOf = (stateDirectory: string) => join(stateDirectory, 'recordings');

/** Where the samples of an incident lie: beside the journal, which holds all that counts. */
export function recordingFile(stateDirectory: string, incident: string): string {
  return join(folderOf(stateDirectory), `${incident.replaceAll(/[^\w-]/g, '-')}.jsonl`);
}

/** What is recorded of an incident already, bytes. */
export function recordedBytes(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

/** Adds a sample, redacted. @throws the file system's error */
export function addSample(file: string, { at, sample }: TakenSample): void {
  appendLine(file, JSON.stringify({ at, sample: redact(sample) }));
}

function sampleIn(line: string): TakenSample[] {
  try {
    const { at, sample } = JSON.parse(line) as Partial<TakenSample>;
    return typeof at === 'number' && typeof sample?.whole === 'boolean' ? [{ at, sample }] : [];
  } catch {
    return [];
  }
}

/**
 * The samples that were taken between two moments, in order: an incident of a journal before this one may
 * have had the same name. A line that cannot be read is left out.
 */
export function samplesOf(file: string, from: number, to: number): readonly TakenSample[] {
  if (recordedBytes(file) === 0) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.flatMap(sampleIn).filter(({ at }) => at >= from && at <= to);
}

/** Removes the oldest recordings where there are too many. */
export function pruneRecordings(stateDirectory: string): void {
  const folder = folderOf(stateDirectory);
  if (statSync(folder, { throwIfNoEntry: false }) === undefined) return;
  const files = readdirSync(folder)
    .map((name) => join(folder, name))
    .map((file) => ({ file, at: statSync(file).mtimeMs }))
    .toSorted((a, b) => b.at - a.at);
  for (const { file } of files.slice(RECORDINGS_MAX)) rmSync(file, { force: true });
}
