import { formatAge } from '../domain/duration.ts';
import { atMost, type Risk, raised } from '../domain/risk.ts';
import type { FrozenTarget } from '../domain/target.ts';
import { globMatches } from './glob.ts';
import type { Refusal } from './plan.ts';

/** Which changes a rule means; a pattern that is null fits all. `*` and `?` stand for any text. */
interface RulePattern {
  /** Of the action's id. */
  readonly action: string | null;
  /** Of a target's name, or of `kind:name`. */
  readonly target: string | null;
  readonly region: string | null;
}

interface ForbidRule extends RulePattern {
  /** Patterns of targets: a change of nothing but these is not meant. */
  readonly except?: readonly string[];
  readonly why: string;
}

interface RaiseRule extends RulePattern {
  readonly risk: Risk;
}

/** How many changes a region may see within a time. */
interface ChangeLimit {
  readonly most: number;
  readonly withinMs: number;
  /** Whether a reason lets one more pass. */
  readonly breakGlass: boolean;
}

/** What this console may change at all. */
export interface Policy {
  readonly readOnly: boolean;
  /** The riskiest action allowed; `destructive` allows all. */
  readonly maxRisk: Risk;
  readonly forbid?: readonly ForbidRule[];
  readonly raise?: readonly RaiseRule[];
  /** All of them hold. */
  readonly changes?: readonly ChangeLimit[];
  /** Who made it read-only, and who named the highest risk, in words; for the refusals. */
  readonly readOnlyBy?: string;
  readonly maxRiskBy?: string;
}

/** A change as the policy judges it. */
export interface JudgedChange {
  readonly action: string;
  readonly region: string;
  readonly targets: readonly Pick<FrozenTarget, 'kind' | 'name'>[];
  readonly risk: Risk;
}

/**
 * Puts layers of policy together: the strictest of each wins, and none can loosen another.
 * @param layers in any order, each with whose it is, e.g. `/etc/opsconsole/policy.yaml`
 */
export function strictest(
  layers: readonly { readonly policy: Policy; readonly by: string }[],
): Policy {
  const readOnly = layers.find(({ policy }) => policy.readOnly);
  const lowest = layers.reduce<(typeof layers)[number] | null>(
    (least, layer) =>
      least !== null && atMost(least.policy.maxRisk, layer.policy.maxRisk) ? least : layer,
    null,
  );
  return {
    readOnly: readOnly !== undefined,
    maxRisk: lowest?.policy.maxRisk ?? 'destructive',
    forbid: layers.flatMap(({ policy }) => policy.forbid ?? []),
    raise: layers.flatMap(({ policy }) => policy.raise ?? []),
    changes: layers.flatMap(({ policy }) => policy.changes ?? []),
    ...(readOnly === undefined ? {} : { readOnlyBy: readOnly.policy.readOnlyBy ?? readOnly.by }),
    ...(lowest === null ? {} : { maxRiskBy: lowest.policy.maxRiskBy ?? lowest.by }),
  };
}

const isTarget = (pattern: string, { kind, name }: Pick<FrozenTarget, 'kind' | 'name'>) =>
  globMatches(pattern, name) || globMatches(pattern, `${kind}:${name}`);

function fits(rule: RulePattern, { action, region, targets }: JudgedChange): boolean {
  const { target } = rule;
  return (
    (rule.action === null || globMatches(rule.action, action)) &&
    (rule.region === null || globMatches(rule.region, region)) &&
    (target === null || targets.some((one) => isTarget(target, one)))
  );
}

/** Whether a change touches nothing but what the rule leaves out. */
function isExcepted({ except = [] }: ForbidRule, { targets }: JudgedChange): boolean {
  const left = (one: JudgedChange['targets'][number]) =>
    except.some((pattern) => isTarget(pattern, one));
  return targets.length > 0 && targets.every(left);
}

/** The risk a change has under the policy, and the words of each rule that raised it. */
export function raisedBy(
  policy: Policy,
  change: JudgedChange,
): { readonly risk: Risk; readonly overrides: readonly string[] } {
  const rules = (policy.raise ?? []).filter(
    (rule) => fits(rule, change) && !atMost(rule.risk, change.risk),
  );
  return {
    risk: rules.reduce((risk, rule) => raised(risk, rule.risk), change.risk),
    overrides: rules.map(({ risk }) => `the policy calls this ${risk}, not ${change.risk}`),
  };
}

const READ_ONLY_MEND = 'start it without --read-only, or hand the command to someone who may';

/** Why the policy forbids a change; null when it does not. Its risk is raised already. */
export function forbidden(policy: Policy, change: JudgedChange): Refusal | null {
  if (change.risk === 'observe') return null;
  if (policy.readOnly) {
    const by = policy.readOnlyBy;
    return {
      refused: `This console is read-only: nothing is changed from here${by ? ` (${by})` : ''}`,
      mend: by === undefined ? READ_ONLY_MEND : 'hand the command to someone who may',
    };
  }
  if (!atMost(change.risk, policy.maxRisk)) {
    const by = policy.maxRiskBy ?? 'the policy of this region';
    return {
      refused: `Only actions up to ${policy.maxRisk} are allowed here; this one is ${change.risk} (${by})`,
      mend: 'ask whoever owns that policy',
    };
  }
  const rule = (policy.forbid ?? []).find(
    (candidate) => fits(candidate, change) && !isExcepted(candidate, change),
  );
  return rule === undefined
    ? null
    : { refused: `The policy forbids this: ${rule.why}`, mend: 'ask whoever owns the policy' };
}

/** A limit on changes that is reached. */
export interface OverLimit {
  readonly words: string;
  /** Whether a reason lets this one pass. */
  readonly breakGlass: boolean;
}

/**
 * Whether one more change would pass the limits; null when it would not.
 * @param changedAt when the changes of this region were intended, epoch ms, in any order
 */
export function overLimit(
  policy: Policy,
  changedAt: readonly number[],
  now: number,
): OverLimit | null {
  const reached = (policy.changes ?? []).filter(
    ({ most, withinMs }) => changedAt.filter((at) => now - at < withinMs).length >= most,
  );
  const [first] = reached;
  if (first === undefined) return null;
  const hard = reached.find(({ breakGlass }) => !breakGlass) ?? first;
  const count = changedAt.filter((at) => now - at < hard.withinMs).length;
  return {
    words: `${count} ${count === 1 ? 'change' : 'changes'} in the last ${formatAge(hard.withinMs)}; the policy allows ${hard.most}`,
    breakGlass: hard.breakGlass,
  };
}

/** How far back changes count, ms; 0 without a limit. */
export function limitWindowMs(policy: Policy): number {
  return Math.max(0, ...(policy.changes ?? []).map(({ withinMs }) => withinMs));
}
