import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { assembleCatalogue, unconnected } from '../../../src/composition/catalogue.ts';
import { isLeaf, stepsOf } from '../../../src/runbooks/graph.ts';
import { loadPack } from '../../../src/runbooks/loader.ts';
import { walk } from '../../../src/runbooks/walk.ts';

// The pack that docs/write-a-runbook.md teaches by is a pack that works.

const page = readFileSync(new URL('../../../docs/write-a-runbook.md', import.meta.url), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'opsconsole-docs-'));
afterAll(() => rmSync(folder, { recursive: true }));

const catalogue = assembleCatalogue(unconnected);

/** The blocks of the page that begin with the name of their file. */
function writeFiles(): readonly string[] {
  const blocks = page.matchAll(/```yaml\n# (\S+\.yaml)\n([\s\S]*?)```/g);
  return [...blocks].map(([, name = '', text = '']) => {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return name;
  });
}

test('the example of the page loads without a word and reaches all its leaves', () => {
  expect(writeFiles()).toEqual(['my-shop/pack.yaml', 'my-shop/cache-slow.yaml']);
  const { pack, diagnostics } = loadPack(join(folder, 'my-shop'), catalogue);
  expect(diagnostics).toEqual([]);
  const [runbook] = pack?.runbooks ?? [];
  if (runbook === undefined) throw new Error('the example is no runbook');
  expect(stepsOf(runbook).map(({ id }) => id)).toEqual(['running', 'full', 'room']);
  const leaves = [...runbook.nodes.values()].filter(isLeaf).map(({ id }) => id);
  const reached = walk(runbook, catalogue).paths.map(({ leaf }) => leaf);
  expect(new Set(reached)).toEqual(new Set(leaves));
});
