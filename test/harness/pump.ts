import * as z from 'zod';
import { OperatorError } from '../../src/domain/operator-error.ts';
import type { FrozenTarget } from '../../src/domain/target.ts';
import {
  type Action,
  defineAction,
  defineProbe,
  type Probe,
  type Settlement,
} from '../../src/integrations/contract.ts';

/** A thing with a state that a probe reads and an action changes: the smallest world worth a runbook. */
export interface Pump {
  state: 'running' | 'stopped' | 'out of reach';
  /** Changes with every start, as a container's start time does. */
  starts: number;
  /** Set by an action that can be taken back. */
  level: number;
  id: string;
  /** Probes asked, by id, in their order. */
  readonly asked: string[];
  /** Messages sent. */
  readonly sent: { readonly recipients: readonly string[]; readonly text: string }[];
  /** What `pump.start` does beside starting; throws to fail. */
  onStart: () => void;
  settlement: Settlement;
}

export function newPump(): Pump {
  return {
    state: 'stopped',
    starts: 1,
    level: 3,
    id: 'a1b2',
    asked: [],
    sent: [],
    onStart: () => undefined,
    settlement: { state: 'unknown', because: 'nothing is known of the pump' },
  };
}

export function pumpProbes(pump: Pump): readonly Probe[] {
  return [
    defineProbe({
      id: 'pump.state',
      title: 'State of the pump',
      input: z.strictObject({}),
      result: z.object({ state: z.string(), starts: z.number() }),
      command: () => 'pump state',
      async read() {
        pump.asked.push('pump.state');
        if (pump.state === 'out of reach') throw new OperatorError('unreachable', 'no way there');
        return { state: pump.state, starts: pump.starts };
      },
    }),
    defineProbe({
      id: 'pump.level',
      title: 'Level of the pump',
      input: z.strictObject({ of: z.string().default('main') }),
      result: z.object({ name: z.string(), level: z.number(), levels: z.array(z.string()) }),
      command: ({ of }) => `pump level ${of}`,
      async read({ of }) {
        pump.asked.push(`pump.level ${of}`);
        return { name: of, level: pump.level, levels: ['1', '2', '3'] };
      },
    }),
  ];
}

function targetOf(pump: Pump, name: string): FrozenTarget {
  return {
    kind: 'container',
    name: `pump-${name}`,
    shortId: pump.id,
    detail: 'cellar',
    identity: { id: pump.id, starts: String(pump.starts) },
  };
}

export function pumpActions(pump: Pump): readonly Action[] {
  return [startAction(pump), levelAction(pump), sendAction(pump)];
}

function startAction(pump: Pump): Action {
  return defineAction({
    id: 'pump.start',
    title: 'Start the pump',
    risk: 'disruptive',
    input: z.strictObject({ name: z.string() }),
    undo: { kind: 'irreversible', why: 'water that has flowed stays where it is' },
    timeoutMs: 5000,
    preview: async ({ name }) => ({
      targets: [targetOf(pump, name)],
      command: `pump start ${name}`,
      notes: [],
      before: { state: pump.state },
    }),
    async run(_input, _targets, context) {
      pump.onStart();
      context.output('password=hunter2 starting\u001b[31m');
      pump.state = 'running';
      pump.starts += 1;
    },
    settle: async () => pump.settlement,
  });
}

function levelAction(pump: Pump): Action {
  return defineAction({
    id: 'pump.set-level',
    title: 'Set the level of the pump',
    risk: 'reversible',
    input: z.strictObject({ level: z.coerce.number() }),
    output: z.object({ level: z.number(), was: z.number() }),
    undo: { kind: 'action', action: 'pump.set-level', with: { level: '{{before.level}}' } },
    timeoutMs: 5000,
    preview: async ({ level }) => ({
      targets: [targetOf(pump, 'main')],
      command: `pump level main ${level}`,
      notes: [],
      details: [`- level ${pump.level}`, `+ level ${level}`],
      before: { level: String(pump.level) },
    }),
    async run({ level }) {
      const was = pump.level;
      pump.level = level;
      return { level, was };
    },
    settle: async () => pump.settlement,
  });
}

function sendAction(pump: Pump): Action {
  return defineAction({
    id: 'notify.send',
    title: 'Send a message',
    risk: 'reversible',
    input: z.strictObject({ recipients: z.array(z.string()), text: z.string() }),
    undo: { kind: 'irreversible', why: 'what was read was read' },
    timeoutMs: 5000,
    preview: async ({ recipients, text }) => ({
      targets: recipients.map((name) => ({
        kind: 'message',
        name,
        shortId: '',
        detail: 'by pigeon',
        identity: {},
      })),
      command: `send to ${recipients.join(', ')}`,
      notes: [],
      details: text.split('\n'),
      before: {},
    }),
    async run({ recipients, text }) {
      pump.sent.push({ recipients, text });
    },
    settle: async () => pump.settlement,
  });
}
