import { formatAge } from '../domain/duration.ts';
import { type DrillRecord, readDrillHistory } from '../drills/history.ts';
import { endWord } from '../drills/score-card.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { answer, type Output, table } from './output.ts';

const HEAD = ['when', 'drill', 'acknowledged', 'right leaf', 'verified', 'wrong turns'] as const;

const after = (ms: number | null): string => (ms === null ? '-' : formatAge(ms));

/** When it was over, against its target: `1m42s of 5m`; or how, where nothing is proved: `2m, decided`. */
function verifiedWords({ class: kind, result, targetMs, verifiedMs }: DrillRecord): string {
  if (verifiedMs === null) return result === 'left' ? 'left' : '-';
  if (kind !== 'acting') return `${after(verifiedMs)}, ${endWord[kind]}`;
  return targetMs === null ? after(verifiedMs) : `${after(verifiedMs)} of ${formatAge(targetMs)}`;
}

function cells(row: DrillRecord): readonly string[] {
  const { acknowledgedMs, at, id, leafMs, wrongTurns } = row;
  const day = `${at.slice(0, 10)} ${at.slice(11, 16)}Z`;
  const turns = wrongTurns.length === 0 ? 'none' : String(wrongTurns.length);
  return [day, id, after(acknowledgedMs), after(leafMs), verifiedWords(row), turns];
}

/** `drill history`: how the drills in the console went, newest first. @param file where it is kept */
export function drillHistoryCommand(output: Output, file: string): ExitCode {
  const { damaged, records } = readDrillHistory(file);
  const rows = records.toReversed();
  answer(output, rows, () =>
    rows.length === 0
      ? 'No drill was performed in the console yet; see opsconsole drill list'
      : `${table([HEAD, ...rows.map(cells)])}\n\nPlay the last of one: opsconsole replay DRILL`,
  );
  if (damaged > 0) output.note(`${damaged} lines of ${file} cannot be read; all others are told`);
  return exitCodes.done;
}
