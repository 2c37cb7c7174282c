import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { builtinsAsTheyAre } from './builtins.ts';
import { launcherSource } from './launcher.ts';

/** One file of a build: its name within dist/ and its bytes. */
export interface BuiltFile {
  readonly name: string;
  readonly contents: Uint8Array;
}

// Bundled CommonJS modules call `require` and read `__dirname`, which an ES module does not have.
const PRELUDE = `${[
  "import { createRequire as __createRequire } from 'node:module';",
  "import { dirname as __dirnameOf } from 'node:path';",
  "import { fileURLToPath as __fileOf } from 'node:url';",
  'const require = __createRequire(import.meta.url);',
  'const __filename = __fileOf(import.meta.url);',
  'const __dirname = __dirnameOf(__filename);',
].join('\n')}\n`;

/** What a file mentions that the prelude defines: most do not, and load faster without it. */
const PRELUDED = /\btypeof require\b|\b__(?:dirname|filename)\b/;

/**
 * The layout library fetches its own WebAssembly from a `data:` address where there is a `fetch`, which
 * makes Node load its whole HTTP client before the first frame. Without one it decodes it in place.
 */
const layoutWithoutFetch: Plugin = {
  name: 'layout-without-fetch',
  setup({ onLoad }) {
    onLoad({ filter: /yoga-wasm-base64-esm\.js$/ }, async ({ path }) => ({
      contents: `const fetch = undefined;\n${await readFile(path, 'utf8')}`,
      loader: 'js',
    }));
  },
};

/**
 * Parts of Ink that do the same work for every frame are replaced by ones that remember what came of it,
 * and one that is long-winded by one that is brief. What stands in for a part imports the part itself.
 */
const rememberingInk = (root: string): Plugin => ({
  name: 'remembering-ink',
  setup({ onResolve }) {
    const replaced = /^\.\/(?:line-update|log-update|measure-text|output|sanitize-ansi)\.js$/;
    onResolve({ filter: replaced }, ({ path, importer }) => {
      if (!/\/node_modules\/ink\/build\/[^/]+$/.test(importer)) return null;
      return { path: `${root}/scripts/build/memo/${path}` };
    });
  },
});

/** So long Ink waits, in ms, for what may follow an `Esc`, and so long tmux does: no key should take longer. */
const INK_WAITS = 'pendingInputFlushDelayMilliseconds = 20;';
const TMUX_WAITS = 'pendingInputFlushDelayMilliseconds = 10;';

/** `Esc` alone, or the begin of a sequence? A terminal sends a sequence in one piece; half the wait is enough. */
const promptEscape: Plugin = {
  name: 'prompt-escape',
  setup({ onLoad }) {
    onLoad({ filter: /\/node_modules\/ink\/build\/components\/App\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      if (!source.includes(INK_WAITS)) throw new Error(`${path} no longer says ${INK_WAITS}`);
      return { contents: source.replace(INK_WAITS, TMUX_WAITS), loader: 'js' };
    });
  },
};

/** What stands in for a package. */
function aliases(root: string): Record<string, string> {
  // Ink's developer tools; what dockerode needs only to build images, and its own SSH client.
  const unused = [
    'react-devtools-core',
    '@grpc/grpc-js',
    '@grpc/proto-loader',
    'protobufjs',
    'ssh2',
  ];
  return {
    ...Object.fromEntries(unused.map((name) => [name, `${root}/scripts/build/empty.js`])),
    'string-width': `${root}/scripts/build/memo/string-width.js`,
    '@alcalzone/ansi-tokenize': `${root}/scripts/build/memo/ansi-tokenize.js`,
  };
}

/** What the tables of a simulated database read beside their program. */
const TABLE_FILES = ['pglite.wasm', 'pglite.data', 'initdb.wasm'];

/**
 * The region in a box, and the thread that holds its tables: a file each, for they share nothing with the
 * console, and most simulators never start the second.
 */
async function bundleSimulator(root: string): Promise<readonly BuiltFile[]> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: {
      simulator: 'bin/simulator.ts',
      tables: 'src/simulator/postgres/tables/worker.ts',
    },
    outdir: `${root}/dist`,
    write: false,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    banner: { js: PRELUDE },
    plugins: [builtinsAsTheyAre],
    logLevel: 'error',
  });
  const beside = `${root}/node_modules/@electric-sql/pglite/dist`;
  const files = TABLE_FILES.map(async (name) => ({
    name,
    contents: await readFile(`${beside}/${name}`),
  }));
  const programs = outputFiles.map(({ path, contents }) => ({ name: basename(path), contents }));
  return [...programs, ...(await Promise.all(files))];
}

/**
 * Bundles bin/main.ts, and bin/simulator.ts beside it. All files lie flat in dist/, so that
 * `import.meta.url` of bin/main.ts is one folder below the package in a checkout and in a build alike.
 * Their names carry a hash of their content; simulator.js and main.js, the launcher, keep theirs, and
 * the launcher comes last.
 *
 * @param root folder of the package
 * @throws BuildFailure with the positions of what is wrong in the sources
 */
export async function bundle(root: string): Promise<readonly BuiltFile[]> {
  const result = await build({
    absWorkingDir: root,
    entryPoints: { app: 'bin/main.ts' },
    outdir: `${root}/dist`,
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    write: false,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    jsx: 'automatic',
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    define: { 'process.env.NODE_ENV': '"production"' },
    external: ['cpu-features', '*.node', 'pg-native'],
    alias: aliases(root),
    plugins: [layoutWithoutFetch, rememberingInk(root), promptEscape, builtinsAsTheyAre],
    metafile: true,
    logLevel: 'error',
  });
  const encoder = new TextEncoder();
  const files = result.outputFiles.map(({ path, text, contents }) => ({
    name: basename(path),
    contents: PRELUDED.test(text) ? encoder.encode(PRELUDE + text) : contents,
  }));
  const entry = Object.entries(result.metafile.outputs).find(
    ([, output]) => output.entryPoint === 'bin/main.ts',
  );
  if (entry === undefined) throw new Error('esbuild wrote no bundle of bin/main.ts');
  const main = encoder.encode(launcherSource(basename(entry[0])));
  const simulator = await bundleSimulator(root);
  return [...files, ...simulator, { name: 'main.js', contents: main }];
}
