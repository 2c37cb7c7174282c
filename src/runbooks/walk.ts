import type { RunContext } from '../integrations/contract.ts';
import { valueText } from '../templates/template-values.ts';
import type { Catalogue } from './catalogue.ts';
import { edgesOf } from './edges.ts';
import { type GraphNode, isLeaf, type Runbook, type VerifySpec } from './graph.ts';

/** One stop on a path. */
interface WalkStop {
  readonly id: string;
  readonly kind: GraphNode['kind'];
  readonly title: string;
  /** What it would read or do, in the words of the tools operators know. */
  readonly commands: readonly string[];
  /** The turn taken from here: its condition, or in an ask the option; null at the end of the path. */
  readonly turn: string | null;
}

/** One way from the start to where it ends. */
interface WalkPath {
  readonly leaf: string;
  readonly stops: readonly WalkStop[];
}

export interface Walk {
  readonly runbook: string;
  readonly paths: readonly WalkPath[];
  /** True when there are more paths than are listed. */
  readonly cut: boolean;
}

export interface WalkOptions {
  /** Where roles live; without it a role stands for the service of its name in a project of the system's. */
  readonly bind?: RunContext['bind'];
  readonly maxPaths?: number;
}

const MAX_PATHS = 200;
/** Turns tried, paths or not: a runbook of many steps may have more ways than anyone can list. */
const MAX_TURNS = 200_000;

interface Turn {
  readonly to: string;
  readonly words: string;
}

/** The dry run: every path from the start to each leaf it can end at, with its commands. Does nothing. */
export function walk(runbook: Runbook, catalogue: Catalogue, options: WalkOptions = {}): Walk {
  const { maxPaths = MAX_PATHS, bind } = options;
  const paths: WalkPath[] = [];
  const stop = stopper(runbook, catalogue, bind);
  const trail: { readonly node: GraphNode; readonly turns: readonly Turn[]; next: number }[] = [];
  const enter = (id: string) => {
    const node = runbook.nodes.get(id);
    if (node === undefined) return;
    // A way back ends the path there: the operator decides how often it is gone.
    const isBack = trail.some((at) => at.node === node);
    trail.push({ node, turns: isBack ? [] : turnsOf(node), next: 0 });
    if (!isLeaf(node) && !isBack) return;
    const stops = trail.map((at) => stop(at.node, at.turns[at.next - 1]?.words ?? null));
    paths.push({ leaf: node.id, stops });
  };
  enter(runbook.start);
  for (let tried = 0; tried < MAX_TURNS; tried += 1) {
    const top = trail.at(-1);
    if (top === undefined) return { runbook: runbook.id, paths, cut: false };
    const turn = top.turns[top.next];
    top.next += 1;
    if (turn === undefined) {
      trail.pop();
      continue;
    }
    if (paths.length >= maxPaths) break;
    enter(turn.to);
  }
  return { runbook: runbook.id, paths, cut: true };
}

/** The ways on from a node. After a leaf they are further paths: it may help, or not. */
function turnsOf(node: GraphNode): readonly Turn[] {
  switch (node.kind) {
    case 'check':
    case 'gather':
      return node.branches.map(({ to, when }) => ({ to, words: when?.text ?? 'else' }));
    case 'ask':
      return node.branches.map(({ to, because }) => ({ to, words: because }));
    case 'checklist':
      return [{ to: node.to, words: 'when it is done' }];
    case 'notify':
      return [{ to: node.to, words: 'when it is sent or copied' }];
    case 'call':
      return node.to === '' ? [] : [{ to: node.to, words: `in ${node.runbook}` }];
    default:
      return edgesOf(node).map(({ to, at }) => ({
        to,
        words: at[0] === 'then' ? 'when it helped' : 'when it did not help',
      }));
  }
}

function stopper(runbook: Runbook, catalogue: Catalogue, bind: WalkOptions['bind']) {
  const context = {
    bind: bind ?? ((role) => ({ role, project: runbook.system, service: role })),
  } satisfies Pick<RunContext, 'bind'>;
  const commands = new Map<string, readonly string[]>();
  return (node: GraphNode, turn: string | null): WalkStop => {
    const known = commands.get(node.id) ?? commandsOf(node, catalogue, context);
    commands.set(node.id, known);
    return { id: node.id, kind: node.kind, title: node.title, commands: known, turn };
  };
}

type Input = Readonly<Record<string, unknown>>;
type Binder = Pick<RunContext, 'bind'>;

function commandsOf(node: GraphNode, catalogue: Catalogue, context: Binder): readonly string[] {
  const probe = (id: string, input: Input) => probeCommand(catalogue, id, input, context);
  const proofs = (verify: readonly VerifySpec[]) =>
    verify.flatMap((spec) => (spec.probe === null ? [] : [probe(spec.probe, spec.with)]));
  switch (node.kind) {
    case 'check':
      return [probe(node.probe, node.with)];
    case 'gather':
      return node.probes.map((gathered) => probe(gathered.probe, gathered.with));
    case 'ask':
    case 'checklist':
    case 'manual':
      return node.show.map((shown) => probe(shown.probe, shown.with));
    case 'do':
      return [callWords(node.action, node.with), ...proofs(node.verify)];
    case 'verify':
      return proofs(node.verify);
    case 'notify':
      return [`message to ${node.recipients.join(', ')}`];
    case 'call':
    case 'escalate':
    case 'end':
      return [];
  }
}

function probeCommand(catalogue: Catalogue, id: string, input: Input, context: Binder): string {
  const probe = catalogue.probe(id);
  const parsed = probe?.input.safeParse(input);
  if (probe === undefined || parsed?.success !== true) return callWords(id, input);
  try {
    return probe.command(parsed.data, context);
  } catch {
    // A role that is bound to nothing here: the call itself still tells what would be read.
    return callWords(id, input);
  }
}

/** `redis.flush service=redis`, for what has no command before its targets are known. */
function callWords(id: string, input: Input): string {
  const words = Object.entries(input).map(([name, value]) => `${name}=${valueText(value)}`);
  return [id, ...words].join(' ');
}
