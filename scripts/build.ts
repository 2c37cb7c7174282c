import { fileURLToPath } from 'node:url';
import { bundle } from './build/bundle.ts';
import { publish } from './build/publish.ts';

// `npm run build [-- --clean]`: bundles bin/main.ts into dist/. With `--clean` the files of the build
// before are removed too, which a running console may still want; the packed package must not hold them.

const root = fileURLToPath(new URL('..', import.meta.url));
const startedAt = Date.now();
const files = await bundle(root);
await publish(`${root}/dist`, files, { startedAt, clean: process.argv.includes('--clean') });
const sizeBytes = files.reduce((sum, file) => sum + file.contents.byteLength, 0);
const megabytes = (sizeBytes / 1024 / 1024).toFixed(1);
process.stdout.write(
  `built dist/: ${files.length} files, ${megabytes} MiB, ${Date.now() - startedAt} ms\n`,
);
