import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Bundles the bare program as the console is bundled; returns the file to run. */
export async function bundleHello(): Promise<string> {
  const outfile = `${root}build/bench/hello.mjs`;
  await build({
    entryPoints: [`${root}test/bench/hello.tsx`],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' },
    alias: { 'react-devtools-core': `${root}scripts/build/empty.js` },
    banner: {
      js: "import { createRequire as __r } from 'node:module'; const require = __r(import.meta.url);",
    },
    logLevel: 'error',
  });
  return outfile;
}
