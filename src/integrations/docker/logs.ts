import type { LogFeed, LogLine } from '../../domain/log-line.ts';
import { OperatorError } from '../../domain/operator-error.ts';
import type { DockerClient } from './client.ts';
import { type ContainerDetail, isUp } from './decode.ts';
import type { RawLogLine } from './decode-log-stream.ts';

/** Makes a line of a log from what was written; sanitizes it. */
export type ParseLine = (
  raw: string,
  at: number | null,
  source: string,
  stream: LogLine['stream'],
) => LogLine;

/** The container whose log is meant; `name` is already sanitized. */
export interface LoggedContainer {
  readonly id: string;
  readonly name: string;
}

const BOTH = { stdout: true, stderr: true };

function delivering(
  { name }: LoggedContainer,
  parse: ParseLine,
  deliver: (lines: readonly LogLine[]) => void,
) {
  return (lines: readonly RawLogLine[]) => {
    deliver(lines.map(({ text, at, stream }) => parse(text, at, name, stream)));
  };
}

/** The log of a container as it is written, across its restarts; ends with the container. */
export function dockerLogFeed(
  client: DockerClient,
  container: LoggedContainer,
  parse: ParseLine,
): LogFeed {
  return {
    name: container.name,
    follow: ({ tail, sinceMs }, deliver, signal) => {
      const query = { ...BOTH, tail, sinceMs, untilMs: null, follow: true };
      return client.followLogs(container.id, query, delivering(container, parse, deliver), signal);
    },
  };
}

/** A process may write before the engine has noted its start. */
const START_SLACK_MS = 20;

/**
 * When the run before the last start had ended, at the latest, epoch ms; null without such a run.
 * While a container runs it lies half-way between that end and the start.
 */
function previousRunEnd(
  detail: Pick<ContainerDetail, 'state' | 'startedAt' | 'lastFinishedAt'>,
): number | null {
  const { startedAt, lastFinishedAt, state } = detail;
  if (startedAt === null) return null;
  if (!isUp(state)) return startedAt - START_SLACK_MS;
  if (lastFinishedAt === null) return null;
  const between = (lastFinishedAt + startedAt) / 2;
  return lastFinishedAt < startedAt ? between : startedAt - START_SLACK_MS;
}

/**
 * What a container wrote before it was last started: the engine keeps one log across restarts. Ends
 * by itself; an OperatorError('missing') says that there was no run before, or that it wrote nothing.
 */
export function dockerPreviousLogFeed(
  client: DockerClient,
  container: LoggedContainer,
  parse: ParseLine,
): LogFeed {
  return {
    name: container.name,
    async follow({ tail, sinceMs }, deliver, signal) {
      const untilMs = previousRunEnd(await client.inspect(container.id, signal));
      let delivered = false;
      if (untilMs !== null) {
        const query = { ...BOTH, tail, sinceMs, untilMs, follow: false };
        const forward = delivering(container, parse, (lines) => {
          delivered = true;
          deliver(lines);
        });
        await client.followLogs(container.id, query, forward, signal);
      }
      if (delivered || signal.aborted) return;
      const message = `${container.name} has no log of a run before this one`;
      throw new OperatorError('missing', message, 'see its log of this run');
    },
  };
}
