/**
 * The source of dist/main.js. It turns the V8 compile cache on before it loads the bundle, because only
 * what is loaded afterwards is cached. The cache lies in the user's own folder: one in the shared
 * temporary folder could be filled by somebody else.
 *
 * It sets no flag of V8's: one that is set makes V8 refuse what Node has compiled of its own modules, and
 * compile all of them again, which takes longer than the first frame.
 *
 * @param entry file name of the bundle, beside the launcher
 */
export function launcherSource(entry: string): string {
  return `import { enableCompileCache } from 'node:module';
const { HOME, NODE_COMPILE_CACHE, XDG_CACHE_HOME } = process.env;
if (!NODE_COMPILE_CACHE) {
  const folder = XDG_CACHE_HOME || (HOME && HOME + '/.cache');
  if (folder) enableCompileCache(folder + '/opsconsole/compile');
}
await import('./${entry}');
`;
}
