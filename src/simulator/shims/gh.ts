import type { Host } from '../host/host.ts';
import type { PipelineRun, Ticket } from '../world/repository.ts';
import { option } from './options.ts';
import type { Tool } from './tool.ts';

const LIMIT = 20;

/** A run as GitHub's command line tells it. */
function runFields(host: Host, run: PipelineRun): Readonly<Record<string, unknown>> {
  const world = host.world();
  const over = world.now >= run.endsAt;
  const commit = world.repository.commits.find(({ sha }) => sha === run.sha);
  return {
    databaseId: run.id,
    name: run.name,
    headBranch: run.branch,
    headSha: run.sha,
    displayTitle: commit?.title ?? run.name,
    createdAt: new Date(host.clock.outside(run.createdAt)).toISOString(),
    status: over ? 'completed' : 'in_progress',
    conclusion: over ? run.conclusion : '',
  };
}

function ticketFields({ closed, number, title }: Ticket): Readonly<Record<string, unknown>> {
  return { number, title, state: closed ? 'CLOSED' : 'OPEN' };
}

function picked(all: Readonly<Record<string, unknown>>, names: string) {
  return Object.fromEntries(names.split(',').map((name) => [name, all[name] ?? null]));
}

type Verb = (...call: Parameters<Tool>) => number;

const listRuns: Verb = ({ host }, words, _folder, { out }) => {
  const { runs } = host.world().repository;
  const workflow = option(words, '--workflow', '-w');
  const branch = option(words, '--branch', '-b');
  const limit = Number(option(words, '--limit', '-L') ?? LIMIT);
  const found = runs
    .filter((run) => workflow === null || run.workflow === workflow)
    .filter((run) => branch === null || run.branch === branch)
    .slice(0, limit)
    .map((run) => runFields(host, run));
  const json = option(words, '--json');
  if (json !== null) out(JSON.stringify(found.map((run) => picked(run, json))));
  else {
    for (const run of found) {
      const fields = [
        'status',
        'conclusion',
        'displayTitle',
        'headBranch',
        'databaseId',
        'createdAt',
      ];
      out(fields.map((name) => String(run[name])).join('\t'));
    }
  }
  return 0;
};

const tickets: Verb = ({ host }, words, _folder, { out }) => {
  const open = host.world().repository.tickets.filter(({ closed }) => !closed);
  const wanted = (option(words, '--search', '-S') ?? '').replace(/ in:\w+/, '').toLowerCase();
  for (const ticket of open.filter(({ title }) => title.toLowerCase().includes(wanted))) {
    out(`${ticket.number}\tOPEN\t${ticket.title}`);
  }
  return 0;
};

const ticket =
  (close: boolean): Verb =>
  ({ host }, words, _folder, { err, out }) => {
    const { tickets: all } = host.world().repository;
    const number = Number(words.find((word) => /^\d+$/.test(word)));
    const found = all.find((one) => one.number === number);
    if (found === undefined) {
      err(`GraphQL: Could not resolve to an issue with the number of ${number}.`);
      return 1;
    }
    if (close) {
      const closed = all.map((one) => (one === found ? { ...one, closed: true } : one));
      host.change({ kind: 'repository', repository: { tickets: closed } });
      out(`✓ Closed issue #${number} (${found.title})`);
    } else out(JSON.stringify(picked(ticketFields(found), option(words, '--json') ?? 'state')));
    return 0;
  };

const verbs: Readonly<Record<string, Verb>> = {
  'run list': listRuns,
  'issue list': tickets,
  'issue view': ticket(false),
  'issue close': ticket(true),
};

/** GitHub's command line, on what it keeps of the repository. */
export const gh: Tool = async (box, [noun = '', verb = '', ...words], folder, caller) => {
  const run = verbs[`${noun} ${verb}`];
  if (run !== undefined) return run(box, words, folder, caller);
  caller.err(`gh ${noun} ${verb} is not simulated; there is ${Object.keys(verbs).join(', ')}`);
  return 1;
};
