import { checkTemplate } from '../templates/template-names.ts';
import type { Condition } from './condition.ts';
import type { GraphNode, Runbook, VerifySpec } from './graph.ts';
import type { Pack } from './pack.ts';

type Values = Readonly<Record<string, unknown>>;

/** A probe or an action with what it is given. */
export interface ReliedCall {
  readonly kind: 'probe' | 'action';
  readonly id: string;
  readonly with: Values;
  /** Fields of the result that conditions name. */
  readonly fields: readonly (readonly string[])[];
}

/** A signal, with the value of its label where one is named. */
export interface ReliedSignal {
  readonly kind: 'signal';
  readonly path: readonly string[];
  /** The condition asks whether it is there: its absence is foreseen. */
  readonly guarded: boolean;
}

/** What a step or leaf relies on; `step` is its id, or the field of the runbook that names it. */
export interface Relied {
  readonly step: string;
  readonly on: readonly (ReliedCall | ReliedSignal)[];
}

/** Everything a runbook relies on in the live region, in the order of its file. Pure. */
export function reliedOn(runbook: Runbook): readonly Relied[] {
  const { opensOn, watch } = runbook;
  const head: readonly Relied[] = [
    { step: 'opens-on', on: opensOn.when === null ? [] : signalsIn(opensOn.when) },
    { step: 'watch', on: watch.map((id) => signal([id])) },
    { step: 'inputs', on: runbook.inputs.flatMap(choicesOf) },
  ];
  const nodes = [...runbook.nodes.values()].map((node) => ({ step: node.id, on: byNode(node) }));
  return [...head, ...nodes].filter(({ on }) => on.length > 0);
}

/** What a pack requires: variables in the containers of its roles, and programs on this host. Pure. */
export function packReliesOn({ requires }: Pick<Pack, 'requires'>): readonly Relied[] {
  const commands = requires.commands.map((name) =>
    probe('shell.read', { command: [name], 'only-reads': true }),
  );
  const roles = new Set(requires.env.flatMap(({ role }) => role ?? []));
  const variables = [...roles].map((service) => {
    const needed = requires.env.filter(({ role, required }) => role === service && required);
    return { service, names: needed.map(({ name }) => name) };
  });
  const reads = variables
    .filter(({ names }) => names.length > 0)
    .map((values) => probe('docker.environment', values));
  const on = [...reads, ...commands];
  return on.length === 0 ? [] : [{ step: 'requires', on }];
}

function byNode(node: GraphNode): Relied['on'] {
  const choices = node.inputs.flatMap(choicesOf);
  switch (node.kind) {
    case 'check': {
      const conditions = node.branches.flatMap(({ when }) => when ?? []);
      const call = probe(node.probe, node.with, conditions);
      return [...choices, call, ...conditions.flatMap(signalsIn)];
    }
    case 'gather': {
      const conditions = node.branches.flatMap(({ when }) => when ?? []);
      const calls = node.probes.map((one) => probe(one.probe, one.with));
      return [...choices, ...calls, ...conditions.flatMap(signalsIn)];
    }
    case 'ask': {
      const conditions = node.branches.flatMap(({ when }) => when ?? []);
      return [...choices, ...shown(node.show), ...conditions.flatMap(signalsIn)];
    }
    case 'checklist':
    case 'manual':
      return [...choices, ...shown(node.show)];
    case 'do': {
      const action = { kind: 'action', id: node.action, with: node.with, fields: [] } as const;
      const precheck = node.precheck === null ? [] : signalsIn(node.precheck.when);
      return [...choices, action, ...precheck, ...node.verify.flatMap(proof)];
    }
    case 'verify':
      return [...choices, ...node.verify.flatMap(proof)];
    default:
      return choices;
  }
}

function probe(id: string, input: Values, conditions: readonly Condition[] = []): ReliedCall {
  const names = conditions.flatMap((condition) => condition.names);
  const fields = names.flatMap(({ path: [root, ...field] }) =>
    (root === 'result' || root === 'first') && field.length > 0 ? [field] : [],
  );
  return { kind: 'probe', id, with: input, fields };
}

function shown(
  list: readonly { readonly probe: string; readonly with: Values }[],
): readonly ReliedCall[] {
  return list.map((one) => probe(one.probe, one.with));
}

function proof(spec: VerifySpec): Relied['on'] {
  const calls = spec.probe === null ? [] : [probe(spec.probe, spec.with, [spec.until])];
  const drawn = spec.signal === null ? [] : [signal([spec.signal])];
  return [...calls, ...signalsIn(spec.until), ...drawn];
}

function choicesOf({ choices }: GraphNode['inputs'][number]): readonly ReliedCall[] {
  if (choices?.kind !== 'probe') return [];
  const field = choices.field.split('.');
  return [{ kind: 'probe', id: choices.probe, with: choices.with, fields: [field] }];
}

function signal(path: readonly string[], guarded = false): ReliedSignal {
  return { kind: 'signal', path, guarded };
}

function signalsIn({ names, text }: Condition): readonly ReliedSignal[] {
  return names.flatMap(({ path: [root, ...path] }) => {
    const [id] = path;
    if (root !== 'signals' || id === undefined) return [];
    return [signal(path, text.includes(`has(signals.${id}`) || text.includes(`in signals.${id}`))];
  });
}

/** True when a text within is only filled in a run: by a step, an input, or a result. */
export function isOfRun(value: unknown): boolean {
  if (typeof value === 'string') {
    const checked = checkTemplate(value);
    if ('error' in checked) return false;
    return checked.ok.some(({ path: [root] }) => root !== 'signals' && root !== 'run');
  }
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some(isOfRun);
}
