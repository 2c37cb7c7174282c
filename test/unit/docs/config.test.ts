import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { configSchema } from '../../../src/config/schema.ts';

test.each([
  ['README.md', ['us-ashburn', 'eu-frankfurt']],
  ['docs/operations.md', ['us-ashburn', 'us-phoenix', 'eu-dublin', 'in-mumbai']],
])('the configuration in %s is one', (path, regions) => {
  const text = readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
  const blocks = [...text.matchAll(/```yaml\n(regions:[\s\S]*?)```/g)].map(([, yaml = '']) => yaml);
  const configs = blocks.map((yaml) => configSchema.parse(parse(yaml)));
  expect(configs.flatMap((config) => Object.keys(config.regions))).toEqual(regions);
});
