import type { Catalogue } from './catalogue.ts';
import type { Diagnostic } from './diagnostic.ts';
import { type Draft, draftRunbook } from './draft.ts';
import type { Runbook } from './graph.ts';
import { linkRunbooks } from './link.ts';
import type { PackFacts } from './reader.ts';
import { parseYamlStream, type YamlFile } from './yaml-file.ts';

export interface LoadedRunbook {
  /** Null when anything in its text is an error. */
  readonly runbook: Runbook | null;
  readonly diagnostics: readonly Diagnostic[];
}

/** Documents of one text; a run never keeps more. */
const MAX_DOCUMENTS = 100;

/** Turns one parsed file into a runbook; it can call none. */
export function buildRunbook(
  file: YamlFile,
  facts: PackFacts,
  catalogue: Catalogue,
): LoadedRunbook & Pick<Draft, 'key'> {
  const draft = draftRunbook(file, facts, catalogue);
  const [runbook = null] = linkRunbooks([draft]);
  return { runbook, diagnostics: draft.diagnostics, key: draft.key };
}

/**
 * Loads a runbook from a text such as `Runbook.text`: the first document is the runbook, the others are
 * those it calls. The ids need not be those of any file. Never throws.
 * @param file what diagnostics call it
 */
export function loadRunbookText(
  text: string,
  file: string,
  facts: PackFacts,
  catalogue: Catalogue,
): LoadedRunbook {
  const parsed = parseYamlStream(text, file);
  if ('diagnostics' in parsed) return { runbook: null, diagnostics: parsed.diagnostics };
  if (parsed.ok.length === 0) return { runbook: null, diagnostics: [empty(file)] };
  const drafts = parsed.ok
    .slice(0, MAX_DOCUMENTS)
    .map((document) => draftRunbook(document, facts, catalogue, { anyName: true }));
  const [runbook = null] = linkRunbooks(drafts);
  const diagnostics = drafts.flatMap((draft) => draft.diagnostics);
  return { runbook: runbook && { ...runbook, text }, diagnostics };
}

function empty(file: string): Diagnostic {
  const message = 'the text holds no runbook';
  return { file, line: 1, column: 1, level: 'error', message, mend: 'begin it with `id`' };
}
