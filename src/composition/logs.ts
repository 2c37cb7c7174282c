import type { LogPlan } from '../config/plan.ts';
import type { LogTarget } from '../console/log-session.ts';
import type { LogFeed } from '../domain/log-line.ts';
import { OperatorError } from '../domain/operator-error.ts';
import { dockerLogFeed, dockerPreviousLogFeed } from '../integrations/docker/logs.ts';
import { fileLogFeed } from '../integrations/logs/file.ts';
import { journaldLogFeed } from '../integrations/logs/journald.ts';
import { parseLine } from '../integrations/logs/parse.ts';
import { createLogBook, type LogBook } from '../live/logs.ts';
import { containers } from '../live/selectors.ts';
import type { RegionCore } from './region.ts';
import type { Surroundings } from './surroundings.ts';

function namedFeed(plan: LogPlan, { clock }: Surroundings): LogFeed {
  return plan.kind === 'file'
    ? fileLogFeed(plan.file, plan.name, { clock })
    : journaldLogFeed({ unit: plan.unit, name: plan.name });
}

/**
 * Opens the logs of containers, and those that the configuration names, as one book.
 * @throws OperatorError('missing') when a container or a name is not known any more
 */
export async function openLogs(
  core: RegionCore,
  surroundings: Surroundings,
  target: LogTarget,
): Promise<LogBook> {
  const { plan } = await core.configuration();
  const known = containers(core.live.store.getState());
  const feedOf = target.previous ? dockerPreviousLogFeed : dockerLogFeed;
  const ofContainers = target.containers.map((id) => {
    const container = known.find((one) => one.id === id);
    if (container) return feedOf(core.docker(), container, parseLine);
    const message = `the container ${id.slice(0, 12)} is not there any more`;
    throw new OperatorError('missing', message, 'go back, and choose one of those that are');
  });
  const ofNames = target.names.map((name) => {
    const found = plan.logs.find((log) => log.name === name);
    if (found) return namedFeed(found, surroundings);
    throw new OperatorError('missing', `no log is named ${name}`, 'see opsconsole config show');
  });
  return createLogBook({
    clock: surroundings.clock,
    random: surroundings.random,
    feeds: [...ofContainers, ...ofNames],
    sinceMs: target.sinceMs,
    reopen: !target.previous,
  });
}
