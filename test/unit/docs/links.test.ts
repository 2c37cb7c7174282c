import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));

const pages: readonly string[] = execFileSync(
  'git',
  ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '*.md'],
  { cwd: root, encoding: 'utf8' },
)
  .split('\0')
  .filter((path) => path !== '' && existsSync(join(root, path)));

/** The text outside of code: brackets in code are no links. */
function prose(path: string): string {
  const text = readFileSync(join(root, path), 'utf8');
  return text.replace(/```[\s\S]*?```/g, '').replace(/`[^`\n]*`/g, '');
}

/** An anchor as it is made from a heading. */
function anchorOf(heading: string): string {
  const words = heading.toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, '');
  return words.trim().replace(/\s/g, '-');
}

function anchorsOf(path: string): readonly string[] {
  return [...prose(path).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => anchorOf(heading));
}

/** What is wrong with a link to `target` on `page`; null when it leads somewhere. */
function broken(page: string, target: string): string | null {
  if (/^[a-z]+:/.test(target)) return null;
  const [path = '', anchor] = target.split('#', 2);
  const file = path === '' ? page : join(dirname(page), path);
  if (!existsSync(join(root, file))) return `${page}: there is no ${target}`;
  if (anchor === undefined || anchorsOf(file).includes(anchor)) return null;
  return `${page}: ${file} has no heading for #${anchor}`;
}

test('every link and every picture of every page is there', () => {
  const links = pages.flatMap((page) =>
    [...prose(page).matchAll(/\]\(([^)\s]+)[^)]*\)/g)].map(
      ([, target = '']) => [page, target] as const,
    ),
  );
  expect(pages).toContain('README.md');
  expect(links.length).toBeGreaterThan(20);
  expect(links.flatMap(([page, target]) => broken(page, target) ?? [])).toEqual([]);
});

test('every page of docs/ is reached from the README', () => {
  const reached = new Set<string>();
  const todo = ['README.md'];
  for (let page = todo.pop(); page !== undefined; page = todo.pop()) {
    if (reached.has(page) || !page.endsWith('.md')) continue;
    reached.add(page);
    const targets = [...prose(page).matchAll(/\]\(([^)\s#]+)/g)].map(([, target = '']) => target);
    todo.push(...targets.filter((t) => !/^[a-z]+:/.test(t)).map((t) => join(dirname(page), t)));
  }
  const left = pages.filter((page) => page.startsWith('docs/') && !reached.has(page));
  expect(left).toEqual([]);
});
