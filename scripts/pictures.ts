import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { svgOf } from '../test/harness/svg.ts';
import { openTerminal, type Terminal } from '../test/harness/terminal.ts';

// `npm run pictures -- FILE`: draws the pictures of the README from a running console. FILE is JSON: the
// arguments and environment to start it with, and for each picture the keys that lead to it and the
// words that must then stand on the screen. They land in docs/pictures/.

/** One picture, taken after the ones before it on the same console. */
interface Picture {
  readonly name: string;
  /** Keys as `press` takes them. */
  readonly keys: readonly string[];
  /** Words that the screen shows once it is ready. */
  readonly shows: string;
  /** How long the words may take, ms. */
  readonly withinMs?: number;
}

interface Script {
  readonly cols: number;
  readonly rows: number;
  readonly args: readonly string[];
  /** Names of variables to pass on from this shell, such as DOCKER_HOST. */
  readonly pass: readonly string[];
  readonly pictures: readonly Picture[];
}

const root = fileURLToPath(new URL('..', import.meta.url));
const [file] = process.argv.slice(2);

async function take(terminal: Terminal, { name, keys, shows, withinMs }: Picture): Promise<void> {
  await terminal.press(...keys);
  await terminal.until(shows, withinMs === undefined ? {} : { withinMs });
  await terminal.settled();
  const path = `docs/pictures/${name}.svg`;
  await writeFile(root + path, svgOf(terminal.screen));
  process.stdout.write(`${path}\n`);
}

if (file === undefined) {
  process.stderr.write('pictures: name the file that says what to draw\n');
  process.exitCode = 2;
} else {
  const script: Script = JSON.parse(await readFile(file, 'utf8'));
  const { cols, rows, args } = script;
  const passed = script.pass.map((name) => [name, process.env[name] ?? ''] as const);
  const terminal = await openTerminal({
    command: `${root}bin/opsconsole`,
    args,
    cols,
    rows,
    env: Object.fromEntries(passed.filter(([, value]) => value !== '')),
  });
  try {
    await mkdir(`${root}docs/pictures`, { recursive: true });
    for (const picture of script.pictures) await take(terminal, picture);
  } finally {
    await terminal.close();
  }
}
