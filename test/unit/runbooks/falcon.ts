import { fileURLToPath } from 'node:url';
import { assembleCatalogue, unconnected } from '../../../src/composition/catalogue.ts';
import type { Runbook } from '../../../src/runbooks/graph.ts';
import { loadPacks } from '../../../src/runbooks/loader.ts';
import type { Pack } from '../../../src/runbooks/pack.ts';

/** What the integrations really offer, connected to nothing. */
export const realCatalogue = assembleCatalogue(unconnected);

const folder = fileURLToPath(new URL('../../../runbooks', import.meta.url));

/** The packs that come with the console. */
export const loaded = loadPacks([folder], realCatalogue);

export function falconPack(): Pack {
  const pack = loaded.packs.find(({ system }) => system === 'falcon');
  if (pack === undefined) throw new Error(`no pack: ${JSON.stringify(loaded.diagnostics)}`);
  return pack;
}

export function falconRunbook(id: string): Runbook {
  const runbook = falconPack().runbooks.find((candidate) => candidate.id === id);
  if (runbook === undefined) throw new Error(`no ${id}: ${JSON.stringify(loaded.diagnostics)}`);
  return runbook;
}
