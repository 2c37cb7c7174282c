import { builtinModules, createRequire } from 'node:module';
import type { Plugin } from 'esbuild';

const require = createRequire(import.meta.url);

/** Modules that take long to load, and of which a start needs nothing: they are loaded at the first call. */
const LATE = new Set(['node:child_process', 'node:crypto', 'node:v8']);

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;
const FUNCTION = /^[a-z]/;

const take = (name: string) => `process.getBuiltinModule('${name}')`;

/** One export of a built-in module; what nobody imports is left out of the bundle. */
function exportOf(name: string, key: string, value: unknown): string {
  const late = LATE.has(name) && typeof value === 'function' && FUNCTION.test(key);
  const what = late ? `(...given) => ${take(name)}.${key}(...given)` : `${take(name)}.${key}`;
  return late
    ? `export const ${key} = ${what};`
    : `export const ${key} = /* @__PURE__ */ (() => ${what})();`;
}

/** The source of an ES module that exports what a built-in module does. */
export function builtinSource(name: string): string {
  const exported: Readonly<Record<string, unknown>> = require(name);
  const keys = Object.keys(exported).filter((key) => key !== 'default' && IDENTIFIER.test(key));
  // A getter may load more; it is asked for nothing but by those who import it.
  const values = Object.getOwnPropertyDescriptors(exported);
  return [
    `export default /* @__PURE__ */ (() => ${take(name)})();`,
    ...keys.map((key) => exportOf(name, key, values[key]?.value)),
  ].join('\n');
}

/**
 * Node's own modules are taken as they are. An `import` of one would evaluate everything it exports, the
 * getters too, which load what hardly a program needs: of `node:http` a second HTTP client, of `node:util`
 * a reader of environment files and a comparer of texts. That costs more than the screen.
 */
export const builtinsAsTheyAre: Plugin = {
  name: 'builtins-as-they-are',
  setup({ onResolve, onLoad }) {
    const names = builtinModules.map((name) => name.replace(/^node:/, ''));
    onResolve({ filter: new RegExp(`^(?:node:)?(?:${names.join('|')})$`) }, ({ path, kind }) => {
      if (kind !== 'import-statement') return null;
      return {
        path: `node:${path.replace(/^node:/, '')}`,
        namespace: 'builtin',
        sideEffects: false,
      };
    });
    onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: builtinSource(path),
      loader: 'js',
    }));
  },
};
