import type { MetricFamily, Sample } from '../../domain/metrics.ts';
import { createFamilies } from './families.ts';
import { broken, type Cursor, parseLine, readName } from './line.ts';

const MAX_LINE_LENGTH = 1024 * 1024;
/** Samples kept of one page, whatever is selected. */
export const SAMPLES_MAX = 100_000;

/** What one page of metrics holds. */
export interface Page {
  /** Those that were selected, in the order of the page. */
  readonly samples: readonly Sample[];
  readonly families: readonly MetricFamily[];
  /** All of its samples, selected or not. */
  readonly sampleCount: number;
  readonly problems: readonly string[];
}

export interface PageOptions {
  /** Which samples to keep, by their own name; all when not said. Others are only counted. */
  readonly select?: (name: string) => boolean;
  /** True where the page calls itself OpenMetrics: it must then end with `# EOF`. */
  readonly openMetrics?: boolean;
}

/** A parser fed with pieces of the text as they arrive; lines may be cut anywhere. */
export interface MetricsParser {
  /** Takes the next piece of the text. */
  feed(text: string): void;
  /**
   * Parses up to `maxLines` of what was fed.
   * @returns true when nothing is left but an unfinished line
   */
  step(maxLines: number): boolean;
  /** Parses the last line and returns everything. */
  finish(): Page;
}

/** The name a line's sample has, if it stands where it usually does. */
function bareName(line: string): string | null {
  const cursor: Cursor = { line, at: 0 };
  const name = readName(cursor);
  // Half a look: a name that nothing of a sample follows is left to the whole parser to judge.
  return name !== null && '{ \t'.includes(line[cursor.at] ?? '!') ? name : null;
}

/** Takes a page line by line. */
function lineTaker({ select = () => true, openMetrics = false }: PageOptions) {
  const families = createFamilies();
  const samples: Sample[] = [];
  let lineNumber = 0;
  let sampleCount = 0;
  let ended = false;
  let left = 0;
  let lastName = '';
  let wanted = false;

  function isWanted(name: string): boolean {
    if (name !== lastName) {
      lastName = name;
      wanted = select(name);
    }
    return wanted;
  }

  return {
    /**
     * Counts a line of a sample that is not wanted, where it is of the same name as the one before: most
     * of a page are, and nothing has to be cut out of the text for them. False for any other line.
     */
    skip(text: string, from: number): boolean {
      if (wanted || ended || lastName === '' || !text.startsWith(lastName, from)) return false;
      if (!'{ \t'.includes(text[from + lastName.length] ?? '!')) return false;
      lineNumber += 1;
      sampleCount += 1;
      families.count(lastName);
      return true;
    },
    take(text: string) {
      lineNumber += 1;
      const line = text.endsWith('\r') ? text.slice(0, -1) : text;
      if (line === '') return;
      if (ended) throw broken(line, lineNumber, 'nothing may follow # EOF');
      if (line[0] === '#') {
        ended = openMetrics && line === '# EOF';
        families.comment(line);
        return;
      }
      const name = bareName(line);
      const sample = name !== null && !isWanted(name) ? null : parseLine(line, lineNumber);
      const own = sample?.name ?? name;
      if (own === null) return;
      sampleCount += 1;
      families.count(own);
      if (sample === null || !isWanted(own)) return;
      if (samples.length < SAMPLES_MAX) samples.push(sample);
      else left += 1;
    },
    tooLong: (start: string) => broken(start, lineNumber + 1, 'it never ends'),
    page(): Page {
      if (openMetrics && !ended) throw broken('', lineNumber, 'the page ends before its # EOF');
      const problems = left === 0 ? [] : [`${left} samples more than ${SAMPLES_MAX} were left out`];
      return { samples, families: families.list(), sampleCount, problems };
    },
  };
}

/**
 * Parses the text format 0.0.4 and OpenMetrics. Of a sample that is not selected only the name is
 * looked at.
 * @throws OperatorError('garbage') from `step` and `finish`, naming the line
 */
export function metricsParser(options: PageOptions = {}): MetricsParser {
  const lines = lineTaker(options);
  let text = '';
  let at = 0;
  return {
    feed(piece) {
      text = text.slice(at) + piece;
      at = 0;
    },
    step(maxLines) {
      for (let count = 0; count < maxLines; count += 1) {
        const end = text.indexOf('\n', at);
        if (end === -1) {
          if (text.length - at <= MAX_LINE_LENGTH) return true;
          throw lines.tooLong(text.slice(at, at + MAX_LINE_LENGTH));
        }
        if (!lines.skip(text, at)) lines.take(text.slice(at, end));
        at = end + 1;
      }
      return false;
    },
    finish() {
      while (!this.step(Number.POSITIVE_INFINITY));
      if (at < text.length) lines.take(text.slice(at));
      return lines.page();
    },
  };
}

/** Parses a whole text at once, for texts known to be small. */
export function parseMetrics(text: string): readonly Sample[] {
  const parser = metricsParser();
  parser.feed(text);
  return parser.finish().samples;
}
