import type { Risk } from '../domain/risk.ts';
import type { Severity } from '../domain/severity.ts';
import type { Selector } from '../signals/definition.ts';
import type { Condition } from './condition.ts';

/** One way out of a step. */
export interface Branch {
  /** Null on the branch taken when no condition holds. */
  readonly when: Condition | null;
  /** Mustache over `result`, `signals`, `inputs`, `run`: why this way. */
  readonly because: string;
  readonly to: string;
}

/** How an action or a state is proved: `until` holds within `withinMs`, sampled every `everyMs`. */
export interface VerifySpec {
  readonly title: string;
  readonly probe: string | null;
  readonly with: Readonly<Record<string, unknown>>;
  readonly until: Condition;
  readonly withinMs: number;
  readonly everyMs: number;
}

interface NodeBase {
  readonly id: string;
  readonly title: string;
}

/** A probe whose result, with the live signals, decides the branch. */
export interface CheckStep extends NodeBase {
  readonly kind: 'check';
  readonly probe: string;
  readonly with: Readonly<Record<string, unknown>>;
  readonly branches: readonly Branch[];
  readonly maxEvidenceAgeMs: number;
}

/** A probe whose answer is shown beside a question or a finding. */
export interface Shown {
  readonly probe: string;
  readonly with: Readonly<Record<string, unknown>>;
}

/** The operator decides; `when` on a branch lets the console say what it would choose. */
export interface AskStep extends NodeBase {
  readonly kind: 'ask';
  /** Probes whose answers are shown beside the question. */
  readonly show: readonly Shown[];
  readonly branches: readonly Branch[];
}

/** A leaf that changes something. */
export interface DoLeaf extends NodeBase {
  readonly kind: 'do';
  readonly action: string;
  readonly with: Readonly<Record<string, unknown>>;
  readonly risk: Risk;
  readonly impact: string;
  /** Words when it cannot be taken back; null when the action declares how. */
  readonly irreversible: string | null;
  readonly verify: readonly VerifySpec[];
  readonly otherwise: string | null;
  /** Where to go on after it succeeded; null ends the run as resolved. */
  readonly then: string | null;
}

/** A leaf that only proves a state, sending what traffic its probe needs. */
export interface VerifyLeaf extends NodeBase {
  readonly kind: 'verify';
  readonly verify: readonly VerifySpec[];
  readonly otherwise: string | null;
}

/** A deciding leaf: the finding, a checklist for a human, and the state the incident ends in. */
export interface ManualLeaf extends NodeBase {
  readonly kind: 'manual';
  readonly show: readonly Shown[];
  readonly checklist: readonly string[];
  readonly ends: 'watching' | 'handed-over' | 'false-alarm';
}

/** The chain is entered, the message drafted, the clock started. */
export interface EscalateLeaf extends NodeBase {
  readonly kind: 'escalate';
  readonly reason: string;
}

export type Step = CheckStep | AskStep;
export type Leaf = DoLeaf | VerifyLeaf | ManualLeaf | EscalateLeaf;
export type GraphNode = Step | Leaf;

/** A runbook as the engine walks it, free of the shape of the file it came from. */
export interface Runbook {
  readonly id: string;
  readonly system: string;
  readonly title: string;
  readonly severity: Severity;
  readonly key: string | null;
  readonly opensOn: {
    readonly alerts: readonly string[];
    /** The same alerts with the labels they must carry; `opensOnAlert` compares them. */
    readonly selectors: readonly Selector[];
    readonly when: Condition | null;
  };
  /** Panels pinned beside the step. */
  readonly panels: readonly string[];
  /** Signals shown before and after a remediation. */
  readonly watch: readonly string[];
  /** Shown while the incident lasts: what users lose meanwhile. */
  readonly meanwhile: readonly string[];
  readonly start: string;
  readonly nodes: ReadonlyMap<string, GraphNode>;
  /** The text it was loaded from; a run keeps it. */
  readonly text: string;
  readonly file: string;
}

export function isLeaf(node: GraphNode): node is Leaf {
  return node.kind !== 'check' && node.kind !== 'ask';
}

export function leavesOf(runbook: Runbook): readonly Leaf[] {
  return [...runbook.nodes.values()].filter(isLeaf);
}

export function stepsOf(runbook: Runbook): readonly Step[] {
  return [...runbook.nodes.values()].filter((node): node is Step => !isLeaf(node));
}
