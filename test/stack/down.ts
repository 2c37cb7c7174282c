import { existsSync } from 'node:fs';
import { removeEngine } from './engine.ts';
import { defaultDir } from './stack.ts';

const dir = process.env['OPSCONSOLE_STACK_DIR'] ?? defaultDir;
try {
  const stood = existsSync(dir);
  await removeEngine(dir);
  process.stdout.write(stood ? `ended and removed: ${dir}\n` : `nothing to end in ${dir}\n`);
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
