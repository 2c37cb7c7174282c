import { basename, dirname, extname, join, normalize } from 'node:path';

/** One source file: its path from the top of the checkout, and its text. */
export interface Source {
  readonly path: string;
  readonly text: string;
}

/** What is wrong, one line each: `path: words`. */
export type Findings = readonly string[];

const CODE = /\.(ts|tsx)$/;
const MOST_LINES = 400;
const MOST_APP_LINES = 150;
const CLIENTS = ['dockerode', 'ioredis', 'undici', 'pg', '@kubernetes/client-node'];

/** What the pure core may take from outside. */
const DOMAIN_BUILTINS = ['node:util'];

/**
 * Which folders of src/ a folder may import. A folder that is not named may import nothing, so that a
 * new one is thought about.
 */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  files: [],
  log: ['domain', 'files'],
  templates: ['domain'],
  signals: ['domain', 'templates'],
  integrations: ['domain', 'integrations/contract', 'integrations/proc', 'integrations/web'],
  simulator: ['domain'],
  runbooks: ['domain', 'signals', 'templates', 'integrations/contract'],
  config: ['domain', 'runbooks'],
  live: ['domain', 'log', 'signals', 'integrations/contract'],
  incidents: ['domain', 'files', 'log', 'live', 'runbooks'],
  actions: ['domain', 'log', 'incidents', 'runbooks', 'integrations/contract'],
  engine: [
    'domain',
    'log',
    'actions',
    'incidents',
    'live',
    'runbooks',
    'templates',
    'integrations/contract',
  ],
  drills: ['domain', 'files', 'incidents', 'runbooks'],
  replay: ['domain', 'engine', 'incidents', 'live', 'runbooks'],
  keymap: ['domain', 'engine', 'runbooks'],
  console: ['domain', 'engine', 'keymap', 'live', 'runbooks'],
  composition: ['*'],
  commands: ['*'],
};

/** Which folders of src/ the views may import. */
const VIEWS_MAY = ['console', 'keymap', 'live', 'domain', 'engine', 'runbooks'];

/** The modules a file imports, re-exports or loads. */
export function importsOf(text: string): readonly string[] {
  const pattern =
    /(?:^|\n)\s*(?:import|export)\b[^'";]*?from\s*'([^']+)'|import\s*\(?\s*'([^']+)'/g;
  return [...withoutComments(text).matchAll(pattern)].map((match) => match[1] ?? match[2] ?? '');
}

/** The text with comments blanked; strings that hold `//` as a URL does are left whole. */
function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[\s;{}(,])\/\/[^\n]*/g, '$1');
}

/** The folder of src/ that a path belongs to: `integrations/redis`, `integrations/contract`, `live`. */
function placeOf(path: string): string {
  const [, first = '', second = ''] = path.replace(CODE, '').split('/');
  return first === 'integrations' && second !== '' ? `integrations/${second}` : first;
}

/** Checks the directions of imports in src/ and views/. */
export function wrongImports({ path, text }: Source): Findings {
  if (!/^(src|views)\//.test(path) || !CODE.test(path)) return [];
  return importsOf(text).flatMap((target) => {
    const why = target.startsWith('.') ? inside(path, target) : outside(path, target);
    return why === null ? [] : [`${path}: ${why} (${target})`];
  });
}

function outside(path: string, target: string): string | null {
  const name = target
    .split('/')
    .slice(0, target.startsWith('@') ? 2 : 1)
    .join('/');
  if (path.startsWith('src/domain/') && !DOMAIN_BUILTINS.includes(target)) {
    return 'domain imports nothing from outside but node:util';
  }
  if (path.startsWith('src/') && /^(react|ink)(-|$)|^@inkjs\//.test(name)) {
    return 'src knows no React and no Ink';
  }
  if (CLIENTS.includes(name) && !/^src\/integrations\/[^/]+\/client\.ts$/.test(path)) {
    return 'only integrations/*/client.ts imports a client library';
  }
  if (name === 'undici' && path !== 'src/integrations/web/client.ts') {
    return 'only integrations/web/client.ts imports undici';
  }
  return null;
}

function inside(path: string, target: string): string | null {
  const to = normalize(join(dirname(path), target));
  if (to.startsWith('..')) return 'outside of the checkout';
  if (path.startsWith('views/')) {
    if (to.startsWith('views/')) return null;
    const place = placeOf(to);
    return to.startsWith('src/') && VIEWS_MAY.includes(place)
      ? null
      : `views may import only ${VIEWS_MAY.join(', ')} of src`;
  }
  if (!to.startsWith('src/')) return 'src imports only src';
  return betweenFolders(placeOf(path), placeOf(to));
}

function betweenFolders(from: string, to: string): string | null {
  if (from === to) return null;
  if (to === 'simulator') return 'the simulator is a process of its own: nothing imports it';
  const family = from.startsWith('integrations/') ? 'integrations' : from;
  const allowed = ALLOWED[family];
  if (allowed === undefined) return `${from} stands in no row of the allow-table`;
  return allowed.includes('*') || allowed.includes(to) ? null : `${from} may not import ${to}`;
}

/** Only bin/main.ts and what is not the product reads arguments and environment. */
export function strayGlobals({ path, text }: Source): Findings {
  if (!/^(src|views)\//.test(path) || !CODE.test(path)) return [];
  const code = withoutComments(text);
  return ['process.argv', 'process.env']
    .filter((name) => code.includes(name))
    .map((name) => `${path}: ${name} is read in bin/main.ts only`);
}

/** What Node has and this program must not use, with what it uses instead. */
const REPLACED = { 'AbortSignal.timeout(': 'timeLimit of domain/time-limit.ts' };

/** Calls that were replaced by others of this program. */
export function replacedCalls({ path, text }: Source): Findings {
  if (!/^(src|views|bin)\//.test(path) || !CODE.test(path)) return [];
  const code = withoutComments(text);
  return Object.entries(REPLACED)
    .filter(([call]) => code.includes(call))
    .map(([call, instead]) => `${path}: ${call}…) leaks: use ${instead}`);
}

/** Checks the length of a file. */
export function tooLong({ path, text }: Source): Findings {
  if (!CODE.test(path)) return [];
  const lines = text.replace(/\n$/, '').split('\n').length;
  const most = path === 'views/app.tsx' ? MOST_APP_LINES : MOST_LINES;
  return lines > most ? [`${path}: ${lines} lines, ${most} at most`] : [];
}

/** Holds what is forbidden, as examples. */
const OWN_TEST = 'test/unit/harness/tidy.test.ts';

/** Tests neither sleep nor leave anything out. */
export function laxTests({ path, text }: Source): Findings {
  if (!path.startsWith('test/') || !CODE.test(path) || path === OWN_TEST) return [];
  const code = withoutComments(text);
  const findings: string[] = [];
  const helper = /^test\/(harness|stack|setup|bench)\//.test(path);
  if (!helper && /(^|[^\w])(setTimeout|sleep|delay)\(|timers\/promises/.test(code)) {
    findings.push(`${path}: wait for an event or a condition, never for time`);
  }
  const left = /\b(?:describe|test|it|suite)(?:\.\w+)*\.(skip|only|todo)\b/.exec(code);
  if (left !== null) {
    findings.push(`${path}: .${left[1]} leaves tests out: say when, with test/harness/suites.ts`);
  }
  return findings;
}

/** Words that must not stand in any file; built here so that this file does not hold them. */
export function forbiddenWords({ path, text }: Source): Findings {
  const parent = `../${'shared'}`;
  return text.includes(parent) ? [`${path}: mentions ${parent}`] : [];
}

/** File names are kebab-case; a few have names that others gave. */
export function oddName({ path }: Source): Findings {
  const name = basename(path);
  const given = /^(README|CHANGELOG|CONTRIBUTING|LICENSE|AGENTS)(\.md)?$/.test(name);
  const stem = name.slice(0, name.length - extname(name).length);
  const kebab = /^\.?[a-z0-9]+([-.][a-z0-9]+)*$/.test(stem);
  return given || kebab || path.startsWith('test/fixtures/') ? [] : [`${path}: not kebab-case`];
}

/**
 * Fixtures that no test reads. One is read when a file of test/ names it, or names the folder it is in
 * as a path that ends there.
 */
export function orphanFixtures(sources: readonly Source[]): Findings {
  const readers = sources.filter(({ path }) => path.startsWith('test/') && CODE.test(path));
  return sources
    .filter(({ path }) => path.startsWith('test/fixtures/'))
    .filter(({ path }) => {
      const name = basename(path).replace(CODE, '');
      const folder = `fixtures/${dirname(path).slice('test/fixtures/'.length)}`;
      return !readers.some(
        (reader) =>
          reader.path !== path && (reader.text.includes(name) || endsInFolder(reader.text, folder)),
      );
    })
    .map(({ path }) => `${path}: no test reads it`);
}

const endsInFolder = (text: string, folder: string): boolean =>
  [`${folder}'`, `${folder}/'`, `${folder}\``, `${folder}/\``, `${folder}/\${`].some((end) =>
    text.includes(end),
  );
