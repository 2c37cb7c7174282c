import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { shellWords } from '../../src/domain/shell-word.ts';
import { dockerActions } from '../../src/integrations/docker/actions.ts';
import { cloneBody } from '../../src/integrations/docker/clone.ts';
import { recreateVerb, scaleVerb } from '../../src/integrations/docker/compose-run.ts';
import { decodeInspection, decodeLine } from '../../src/integrations/docker/decode.ts';
import { decodeConfig } from '../../src/integrations/docker/decode-config.ts';
import { dockerProbes } from '../../src/integrations/docker/probes.ts';
import { testContext } from '../unit/integrations/context.ts';
import { answeringEngine } from '../unit/integrations/docker-client.ts';
import { jsonFixture } from '../unit/integrations/fixtures.ts';

const fixture = jsonFixture('docker/inspect-running.json') as Record<string, unknown>;
const detail = decodeInspection(fixture);
const line = decodeLine({
  Id: detail.id,
  Names: [`/${detail.name}`],
  Image: 'i',
  State: 'running',
  Status: 'Up 3 minutes',
  Labels: { 'com.docker.compose.project': 'falcon', 'com.docker.compose.service': 'redis' },
});

/** What a shell, a query, a path or a terminal would take for its own. */
const nasty = [
  '; rm -rf /',
  '$(id)',
  '`id`',
  "' OR 1=1 --",
  '--privileged',
  '-v/:/host',
  '../../etc/passwd',
  '\u001b[2J\u001b]0;owned\u0007',
  'a\nb',
  'a/../b?force=1#x',
  '%2e%2e%2f',
  '\u202eevil',
  '',
];
const hostile = fc.oneof(fc.constantFrom(...nasty), fc.string({ unit: 'binary' }), fc.string());
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
const TERMINAL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/;

function engine() {
  return answeringEngine(
    {
      list: () => Promise.resolve([line]),
      inspect: () => Promise.resolve(detail),
    },
    ({ path }) => {
      if (path.endsWith('/exec')) return { Id: 'e1' };
      if (path.startsWith('/exec/')) return { Running: false, ExitCode: 0 };
      return path.startsWith('/containers/') ? fixture : null;
    },
  );
}

const byId = (id: string, { client }: ReturnType<typeof engine>) => {
  const action = dockerActions(() => client).find((one) => one.id === id);
  if (action === undefined) throw new Error(`no ${id}`);
  return action;
};

describe('hostile texts', () => {
  test('as a container reach no path: the input is refused, or nothing has that name', async () => {
    const ids = ['compose.restart', 'docker.stop', 'docker.start', 'docker.exec', 'docker.update'];
    const more = { command: ['true'], memory: '512m' };
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...ids), hostile, async (id, container) => {
        const it = engine();
        const action = byId(id, it);
        const own = id === 'docker.exec' ? { command: more.command } : {};
        const limit = id === 'docker.update' ? { memory: more.memory } : {};
        const parsed = action.input.safeParse({ container, ...own, ...limit });
        if (!parsed.success) return;
        await expect(action.preview(parsed.data, testContext())).rejects.toMatchObject({
          kind: 'missing',
        });
        expect(it.asked).toEqual([]);
      }),
    );
  });

  test('as words of a command reach the engine as they are, and the dialog without controls', async () => {
    const words = fc.array(
      hostile.filter((text) => !text.includes('\0')),
      { minLength: 1, maxLength: 5 },
    );
    await fc.assert(
      fc.asyncProperty(words, async (command) => {
        const it = engine();
        const action = byId('docker.exec', it);
        const input = action.input.parse({ service: 'redis', command });
        const context = testContext();
        const preview = await action.preview(input, context);
        expect(preview.command).not.toMatch(TERMINAL);
        expect(preview.command).not.toContain('\n');
        await action.run(input, preview.targets, context);
        const made = it.asked.find(({ path }) => path.endsWith('/exec'));
        expect(made?.path).toBe(`/containers/${detail.id}/exec`);
        expect(made?.body?.['Cmd']).toEqual(command);
        for (const { path } of it.asked) expect(path).toMatch(/^[\w/]+$/);
      }),
    );
  });

  test('as words that a shell would read come out of one as they went in', () => {
    const visible = fc.array(fc.string({ unit: 'grapheme-ascii', maxLength: 20 }), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(visible, (words) => {
        const said = execFileSync('/bin/sh', ['-c', `printf '%s\\n' ${shellWords(words)}`]);
        expect(said.toString()).toBe(words.map((word) => `${word}\n`).join(''));
      }),
      { numRuns: 50 },
    );
  });

  test('as a service are no option of compose', () => {
    fc.assert(
      fc.property(hostile, fc.nat({ max: 50 }), (name, count) => {
        for (const verb of [() => recreateVerb([name], 10), () => scaleVerb(name, count)]) {
          let words: readonly string[];
          try {
            words = verb();
          } catch (thrown) {
            expect((thrown as Error).message).not.toMatch(TERMINAL);
            continue;
          }
          expect(words.at(-1)).toBe(name);
          expect(name).toMatch(/^[\dA-Za-z][\w.-]*$/);
        }
      }),
    );
  });

  test('as an image are refused, or looked for by name only', async () => {
    await fc.assert(
      fc.asyncProperty(hostile, async (image) => {
        const it = answeringEngine(
          { list: () => Promise.resolve([line]), inspect: () => Promise.resolve(detail) },
          ({ path }) => (path === '/images/json' ? [] : fixture),
        );
        const action = byId('compose.image', it);
        const parsed = action.input.safeParse({ service: 'redis', image });
        if (!parsed.success) return;
        await expect(action.preview(parsed.data, testContext())).rejects.toMatchObject({
          kind: 'missing',
          message: expect.not.stringMatching(TERMINAL),
        });
        expect(it.asked.map(({ method }) => method)).not.toContain('POST');
      }),
    );
  });

  test('in the environment of a container are shown without controls, and cloned as they are', async () => {
    await fc.assert(
      fc.asyncProperty(hostile, async (value) => {
        const config = fixture['Config'] as Record<string, unknown>;
        const wire = { ...fixture, Config: { ...config, Env: [`TEXT=${value}`] } };
        const { client } = answeringEngine({ list: () => Promise.resolve([line]) }, () => wire);
        const probe = dockerProbes(() => client).find(({ id }) => id === 'docker.environment');
        const input = probe?.input.parse({ service: 'redis', names: ['TEXT'] });
        const result = (await probe?.read(input, testContext())) as {
          values: Record<string, string>;
        };
        expect(result.values['TEXT']).not.toMatch(TERMINAL);
        const { body } = cloneBody(decodeConfig(wire), 'redis', 2);
        expect(body['Env']).toEqual([`TEXT=${value}`]);
      }),
    );
  });

  test('as a class of log lines are no pattern that breaks the probe', async () => {
    await fc.assert(
      fc.asyncProperty(hostile, async (source) => {
        const { client } = answeringEngine({
          list: () => Promise.resolve([line]),
          followLogs: (_id, _query, deliver) => {
            deliver([{ at: 1, stream: 'stdout', text: source }]);
            return Promise.resolve();
          },
        });
        const probe = dockerProbes(() => client).find(({ id }) => id === 'docker.logs');
        const parsed = probe?.input.safeParse({ service: 'redis', classes: { it: source } });
        if (!parsed?.success) return;
        const result = (await probe?.read(parsed.data, testContext())) as { lines: string[] };
        expect(result.lines.join('\n')).not.toMatch(TERMINAL);
      }),
    );
  });
});
