import type { InputSpec } from '../runbooks/graph.ts';
import { checkInput } from '../runbooks/input.ts';
import { renderText } from '../templates/template.ts';
import type { EngineContext } from './context.ts';
import type { Refusal } from './controller.ts';
import { ask } from './evidence.ts';
import type { Freshness } from './freshness.ts';
import { inputsAt, type WantedInput } from './inputs.ts';
import type { Ledger } from './ledger.ts';
import { type Place, scopeOf } from './scope.ts';

type Values = Readonly<Record<string, string>>;

/** What is asked of the operator where a run stands. */
export interface InputDesk {
  wanted(): readonly WantedInput[];
  choices(input: string): Promise<readonly string[] | Refusal | null>;
  /** Why a value is not among what its probe offers; null when it is, or when that cannot be told. */
  refusal(values: Values): Promise<Refusal | null>;
  tidied(values: Values): Values;
}

/** The inputs of a place with their defaults filled in. */
export function wantedAt(context: EngineContext, place: Place, current: string): WantedInput[] {
  const scope = scopeOf(context, place);
  const node = place.runbook.nodes.get(current);
  return inputsAt(place.runbook, node).map((spec) => {
    const { id } = spec;
    const given = Object.hasOwn(place.run.inputs, id) ? place.run.inputs[id] : undefined;
    const preset = spec.default === null ? null : renderText(spec.default, scope);
    return { spec, text: given ?? preset, given: given !== undefined };
  });
}

/**
 * What may be chosen for an input, from its list or its probe.
 * @returns null when it is free; a refusal when the probe cannot tell
 */
async function choicesOf(
  context: EngineContext,
  place: Place,
  spec: InputSpec,
  signal: AbortSignal,
): Promise<readonly string[] | Refusal | null> {
  const { choices } = spec;
  if (choices === null) return null;
  if (choices.kind === 'list') return choices.values;
  const { evidence, result } = await ask(
    context,
    spec.id,
    choices,
    scopeOf(context, place),
    signal,
  );
  if (evidence.error !== null) {
    return { refused: `What may be chosen cannot be read: ${evidence.error}`, mend: null };
  }
  const found = (result as Readonly<Record<string, unknown>> | null)?.[choices.field];
  return Array.isArray(found) ? found.map(String) : [];
}

export function createInputDesk(
  context: EngineContext,
  ledger: Ledger,
  freshness: Freshness,
  signal: AbortSignal,
): InputDesk {
  const specs = () => inputsAt(ledger.runbook, ledger.runbook.nodes.get(ledger.state().current));
  const choicesFor = (spec: InputSpec) => choicesOf(context, freshness.place(), spec, signal);

  return {
    wanted: () => wantedAt(context, freshness.place(), ledger.state().current),
    async choices(input) {
      const spec = specs().find(({ id }) => id === input);
      return spec === undefined ? null : choicesFor(spec);
    },
    async refusal(values) {
      for (const spec of specs()) {
        const text = values[spec.id];
        if (spec.choices?.kind !== 'probe' || text === undefined) continue;
        const offered = await choicesFor(spec);
        if (offered === null || 'refused' in offered) continue;
        const checked = checkInput(spec, text, offered);
        if (!('ok' in checked)) {
          return { refused: `${spec.title}: ${checked.error}`, mend: checked.mend };
        }
      }
      return null;
    },
    tidied: (values) =>
      Object.fromEntries(Object.entries(values).map(([id, text]) => [id, text.trim()])),
  };
}
