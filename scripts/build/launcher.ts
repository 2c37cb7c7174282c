/**
 * The source of dist/main.js. It turns the V8 compile cache on before it loads the bundle, because only
 * what is loaded afterwards is cached. The cache lies in the user's own folder: one in the shared
 * temporary folder could be filled by somebody else.
 *
 * The heap may grow by a third beyond what is in use before it is collected; V8 alone would let it grow
 * to several times that, on a host that has little to spare when the console is wanted most.
 *
 * @param entry file name of the bundle, beside the launcher
 */
export function launcherSource(entry: string): string {
  return `import { enableCompileCache } from 'node:module';
import { setFlagsFromString } from 'node:v8';
setFlagsFromString('--heap-growing-percent=30');
const { HOME, NODE_COMPILE_CACHE, XDG_CACHE_HOME } = process.env;
if (!NODE_COMPILE_CACHE) {
  const folder = XDG_CACHE_HOME || (HOME && HOME + '/.cache');
  if (folder) enableCompileCache(folder + '/opsconsole/compile');
}
await import('./${entry}');
`;
}
