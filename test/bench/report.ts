import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { arch, cpus, release, totalmem, type } from 'node:os';
import { fileURLToPath } from 'node:url';
import { digits, type Figure, type Section, verdict } from './figures.ts';
import { CONTAINERS } from './fleet.ts';
import { COLS, ROWS } from './recording.ts';

const DOCS = fileURLToPath(new URL('../../docs', import.meta.url));
const FILE = `${DOCS}/benchmarks.md`;

/** One line for the terminal. */
export function lineOf(figure: Figure): string {
  const { name, value, unit, target, note } = figure;
  const wanted = target === null ? '' : `  ${verdict(figure)} at most ${target}`;
  const more = note === undefined ? '' : `  (${note})`;
  return `  ${name.padEnd(58)} ${digits(value).padStart(7)} ${unit}${wanted}${more}`;
}

export function printSection({ title, figures }: Section): void {
  process.stdout.write(`${title}\n${figures.map(lineOf).join('\n')}\n\n`);
}

const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;

function table({ title, how, figures }: Section): string {
  const rows = figures.map((figure) => {
    const { name, value, unit, target, note = '' } = figure;
    const wanted = target === null ? '' : `≤ ${target}`;
    return row([name, `${digits(value)} ${unit}`, wanted, verdict(figure), note]);
  });
  const head = [row(['what', 'measured', 'target', '', '']), '| --- | --- | --- | --- | --- |'];
  return [`## ${title}`, '', how, '', ...head, ...rows, ''].join('\n');
}

/** The machine, in words that name no place. */
function machine(): string {
  const [cpu] = cpus();
  const memoryGib = Math.round(totalmem() / 1024 ** 3);
  const load = readFileSync('/proc/loadavg', 'utf8').split(' ')[0];
  return [
    `${cpus().length} cores of ${cpu?.model.trim() ?? 'an unknown kind'}, ${memoryGib} GiB, `,
    `${type()} ${release().split('-')[0]} ${arch()}, Node ${process.versions.node}. `,
    `Load average when it began: ${load}.`,
  ].join('');
}

/** Figures that others were measured with, on such a machine, at such a size, with as many containers. */
const OTHERS = `## Others

Measured once on a machine of this kind, same size, same number of containers; not part of this run.
dockly, the one on the same runtime, is not installed here and was not measured again.

| | names on screen | bytes/s at rest | CPU at rest | CPU it costs the engine | MiB | key settled: median, 95 of 100 | bytes a key |
| --- | --- | --- | --- | --- | --- | --- | --- |
| lazydocker | 195 ms | 22,485 | 9.3 % | 24.6 % | 52 | 24, 59 ms | 21,760 |
| ctop | 1,039 ms | 76 | 4.8 % | 21.3 % | 40 | 19, 26 ms | 22,031 |
| dockly | 625 ms | 0, no live numbers | 4.0 % | 2.1 % | 127 | 21, 30 ms | 657 |
`;

const HEAD = `# Benchmarks

Written by \`npm run bench\`; do not edit. Everything runs on a real, private Docker engine with
${CONTAINERS} running containers, in a pseudo-terminal of ${COLS}×${ROWS}, started by \`bin/opsconsole\`
unless said otherwise. Only time and bytes are recorded while it runs; nothing is drawn.
Ratios are taken within one run: other work on the machine moves both sides of them.
`;

/** Writes docs/benchmarks.md; sections of another kind of run are kept as they stand there. */
export function writeReport(sections: readonly Section[], begun: string): void {
  const kept = keptSections(sections.map(({ title }) => title));
  const text = [HEAD, begun, '', ...sections.map(table), ...kept, OTHERS].join('\n');
  mkdirSync(DOCS, { recursive: true });
  writeFileSync(FILE, text);
}

/** What the run begins with: when, and where. */
export const beginning = (): string =>
  `Last run: ${new Date().toISOString().slice(0, 10)}. ${machine()}`;

function keptSections(measured: readonly string[]): readonly string[] {
  let text = '';
  try {
    text = readFileSync(FILE, 'utf8');
  } catch {
    return [];
  }
  return text
    .split(/^(?=## )/m)
    .slice(1)
    .filter((section) => {
      const title = /^## (.*)$/m.exec(section)?.[1] ?? '';
      return title !== 'Others' && !measured.includes(title);
    })
    .map((section) => `${section.trimEnd()}\n`);
}
