import { sanitizeLine } from '../domain/sanitize.ts';
import type { Need } from '../integrations/contract.ts';
import type { Runbook } from './graph.ts';
import type { Pack } from './pack.ts';
import { packReliesOn, type Relied, type ReliedCall, reliedOn } from './relied.ts';
import { type Looked, lookUp, type VerifyContext } from './verify-look.ts';
import { fieldNeeds } from './verify-result.ts';
import { verifySignal } from './verify-signal.ts';

/** One thing a step relies on, and how it stands in the live region. */
export interface Rot {
  /** Id of the runbook, or of the system for what its pack relies on. */
  readonly runbook: string;
  readonly step: string;
  readonly needs: string;
  readonly found: string | null;
  readonly state: Need['state'];
  readonly suggestion: string | null;
}

/** Looks at a time: the region may be ailing. */
const MAX_PARALLEL = 4;

/**
 * Holds runbooks against the live region: roles, signals, and whatever their probes and actions look up.
 * Probes are read and actions only previewed, so nothing changes. The same look is made once.
 * What a call takes in is told once, with the runbook it belongs to, where that is looked at as well.
 * @param pack what it requires is held against the region too; null leaves that out
 * @param signal ends it early; what was not looked at by then is unknown
 */
export async function verifyRunbooks(
  context: VerifyContext,
  runbooks: readonly Runbook[],
  pack: Pick<Pack, 'system' | 'requires'> | null,
  signal: AbortSignal,
): Promise<readonly Rot[]> {
  const gate = createGate(MAX_PARALLEL);
  const looks = new Map<string, Promise<Looked>>();
  const look = (call: ReliedCall): Promise<Looked> => {
    const key = JSON.stringify([call.kind, call.id, call.with]);
    const known = looks.get(key) ?? gate(() => lookUp(context, call, signal));
    looks.set(key, known);
    return known;
  };
  const answer = async (relied: Relied['on'][number]): Promise<readonly Need[]> => {
    if (relied.kind === 'signal') return [verifySignal(relied, context.live)];
    const { needs, result } = await look(relied);
    return result === undefined ? needs : [...needs, ...fieldNeeds(relied, result)];
  };
  const own =
    pack === null ? [] : packReliesOn(pack).map((relied) => [pack.system, relied] as const);
  const ids = new Set(runbooks.map(({ id }) => id));
  const others = runbooks.flatMap((runbook) =>
    reliedOn(runbook)
      .filter(({ step }) => !ids.has(calledAt(runbook, step) ?? ''))
      .map((relied) => [runbook.id, relied] as const),
  );
  const rows = [...own, ...others].flatMap(([id, { step, on }]) =>
    on.map(async (relied) => (await answer(relied)).map((need) => rotOf(id, step, need))),
  );
  return once((await Promise.all(rows)).flat());
}

/** The runbook whose step this is, taken in by a call; null for a step of its own. */
function calledAt({ nodes }: Runbook, step: string): string | null {
  const [call = '', inner] = step.split(':');
  const node = inner === undefined ? undefined : nodes.get(call);
  return node?.kind === 'call' ? node.runbook : null;
}

function rotOf(runbook: string, step: string, { what, found, state, suggestion }: Need): Rot {
  const line = (text: string | null) => (text === null ? null : sanitizeLine(text));
  const words = { needs: sanitizeLine(what), found: line(found), suggestion: line(suggestion) };
  return { runbook, step, state, ...words };
}

/** A step may name the same thing in several conditions. */
function once(rows: readonly Rot[]): readonly Rot[] {
  const seen = new Set<string>();
  return rows.filter((row) => {
    const key = JSON.stringify([row.runbook, row.step, row.needs]);
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
}

/** Lets so many at a time through, the others in the order they came. */
function createGate(max: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let free = max;
  return async (work) => {
    // Whoever ends hands its place on, so that nobody slips in between.
    if (free === 0) await new Promise<void>((resolve) => waiting.push(resolve));
    else free -= 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}
