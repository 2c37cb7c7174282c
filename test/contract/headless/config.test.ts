import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { onTestFinished, test as plain } from 'vitest';
import { contract } from '../../../src/commands/contract.ts';
import { childHome } from '../../harness/child-environment.ts';

const LAUNCHER = fileURLToPath(new URL('../../../bin/opsconsole', import.meta.url));
/** No engine listens here. */
const NOWHERE = 'unix:///nonexistent/docker.sock';

interface Place {
  readonly home: string;
  /** Writes the user's configuration file and says where it is. */
  configure(text: string): string;
  run(
    words: readonly string[],
    env?: Readonly<Record<string, string>>,
  ): Promise<{
    readonly code: number | undefined;
    readonly stdout: string;
    readonly stderr: string;
  }>;
}

const test = plain.extend<{ place: Place }>({
  // biome-ignore lint/correctness/noEmptyPattern: the runner reads the names from the pattern
  place: async ({}, use) => {
    const { folder, env: own, remove } = childHome();
    onTestFinished(remove);
    const cwd = join(folder, 'work');
    mkdirSync(cwd);
    await use({
      home: folder,
      configure(text) {
        const file = join(folder, '.config/opsconsole/config.yaml');
        mkdirSync(join(folder, '.config/opsconsole'), { recursive: true });
        writeFileSync(file, text);
        return file;
      },
      async run(words, env = {}) {
        const { exitCode, stdout, stderr } = await execa(LAUNCHER, words, {
          env: { ...own, ...env },
          extendEnv: false,
          cwd,
          reject: false,
          stdin: 'ignore',
        });
        return { code: exitCode, stdout, stderr };
      },
    });
  },
});

test('config show without a file: what the surroundings name, and what they do not', async ({
  expect,
  place,
}) => {
  const env = { DOCKER_HOST: NOWHERE, DATABASE_URL: 'postgres://app:hunter2@127.0.0.1:1/shop' };
  const { code, stdout } = await place.run(['config', 'show', '--json'], env);
  expect(code).toBe(0);
  const shown = contract['config-show'].parse(JSON.parse(stdout));
  expect(shown.files).toEqual([]);
  expect(shown.absent).toContain(join(place.home, '.config/opsconsole/config.yaml'));
  expect(shown.settings).toContainEqual({
    key: 'docker.host',
    value: NOWHERE,
    origin: 'DOCKER_HOST',
  });
  expect(shown.settings).toContainEqual({
    key: 'postgres.postgres.address',
    value: '127.0.0.1:1',
    origin: 'DATABASE_URL',
  });
  expect(shown.notFound.map(({ what }) => what)).toContain('cache');
  expect(stdout).not.toContain('hunter2');
});

test('config show of a region: each value with the place in its file', async ({
  expect,
  place,
}) => {
  const file = place.configure(
    `regions:\n  lab:\n    docker: ${NOWHERE}\n    redis: { url: redis://127.0.0.1:1, password: env:PW }\n`,
  );
  const { code, stdout } = await place.run(['config', 'show']);
  expect(code).toBe(0);
  const rows = stdout.split('\n').map((line) => line.trim().split(/\s{2,}/));
  expect(rows).toContainEqual(['docker.host', NOWHERE, `${file}:3:5`]);
  expect(rows).toContainEqual(['redis.redis.password', '•••• (env:PW)', `${file}:4:40`]);
  expect(rows).toContainEqual(['redis.redis.every', '5s', 'default']);
});

test('config schema is the one published', async ({ expect, place }) => {
  const own = await place.run(['config', 'schema']);
  const general = await place.run(['schema', 'config']);
  expect(own.code).toBe(0);
  expect(own.stdout).toBe(general.stdout);
  expect(JSON.parse(own.stdout).properties.regions).toBeDefined();
});

test('what cannot be used ends every command with 2, with place, words and mend', async ({
  expect,
  place,
}) => {
  const file = place.configure('regions:\n  lab:\n    dokcer: x\n    redis: { password: pw }\n');
  for (const words of [['status'], ['check'], ['config', 'show']]) {
    const { code, stderr } = await place.run(words);
    expect(code, words.join(' ')).toBe(2);
    expect(stderr).toContain(
      `${file}:3:5: error: unknown field \`dokcer\`; did you mean \`docker\`?`,
    );
    expect(stderr).toContain(`${file}:4:24: error: \`password\` is written in clear`);
  }
  rmSync(file);
  const { code, stderr } = await place.run(['check', '--config', '/nonexistent.yaml']);
  expect([code, stderr]).toEqual([
    2,
    expect.stringContaining('no configuration file /nonexistent'),
  ]);
});

test('a DOCKER_HOST that is none ends with 2 and says what one is', async ({ expect, place }) => {
  for (const words of [['status'], ['check'], ['diagnose']]) {
    const { code, stderr } = await place.run(words, { DOCKER_HOST: 'garbage' });
    expect(stderr).toMatch(
      /"garbage" \(DOCKER_HOST\) is no address of a Docker engine; write unix:/,
    );
    expect(code, words.join(' ')).toBe(2);
  }
});

test('check: a line a source, then what is named nowhere; only sources decide', async ({
  expect,
  place,
}) => {
  const env = { DOCKER_HOST: NOWHERE };
  const { code, stdout } = await place.run(['check', '--wait', '3', '--json'], env);
  expect(code).toBe(3);
  const rows = contract.check.parse(JSON.parse(stdout));
  expect(rows.find(({ name }) => name === 'docker')).toMatchObject({ ok: false });
  expect(rows.find(({ kind }) => kind === 'database')).toMatchObject({
    ok: null,
    error: 'DATABASE_URL is not set',
    mend: expect.stringMatching(/^export DATABASE_URL=/),
  });
});

test('check: a secret that is not there is named and ends with 2', async ({ expect, place }) => {
  place.configure(
    `regions:\n  lab:\n    docker: ${NOWHERE}\n    redis: { url: redis://127.0.0.1:1, password: env:PW }\n`,
  );
  const { code, stdout } = await place.run(['check', '--wait', '3']);
  expect(stdout).toMatch(
    /^FAILED\s+redis redis password\s+secret\s+The secret env:PW is not set; export PW/m,
  );
  expect(code).toBe(2);
});
