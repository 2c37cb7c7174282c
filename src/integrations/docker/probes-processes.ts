import * as z from 'zod';
import { sanitizeLine } from '../../domain/sanitize.ts';
import type { Probe } from '../contract.ts';
import { defineProbe } from '../contract.ts';
import type { DockerClient } from './client.ts';
import { containerInput, containersOf } from './lookup.ts';
import { inParallel } from './parallel.ts';
import { selectionWords } from './selection-words.ts';
import { arrayIn, arrayOf, decoding, objectOf } from './wire.ts';

const READ_AT_ONCE = 4;
const LISTED_MAX = 100;
const COMMAND_LENGTH_MAX = 300;
/** What the engine passes to `ps` of its own host, so that the image needs none. */
const PS = '-eo pid,ppid,etimes,args';

const one = z.object({
  container: z.string(),
  pid: z.number(),
  parent: z.number(),
  upSeconds: z.number(),
  command: z.string(),
});
type Process = z.output<typeof one>;

/** Reads the engine's answer: rows of four columns, the last one with blanks in it. */
export function processesIn(answer: unknown, container: string): Process[] {
  return decoding('the question for processes', () =>
    arrayIn(objectOf(answer, 'answer'), 'Processes').flatMap((row) => {
      const cells = arrayOf(row).map(String);
      const [pid, parent, upSeconds] = cells.slice(0, 3).map(Number);
      const command = sanitizeLine(cells.slice(3).join(' ')).slice(0, COMMAND_LENGTH_MAX);
      if (pid === undefined || parent === undefined || upSeconds === undefined) return [];
      return [{ container, pid, parent, upSeconds, command }];
    }),
  );
}

/** `docker.processes`: what runs in a role's containers, asked of the engine and not of the image. */
export function processesProbe(connect: () => DockerClient): Probe {
  return defineProbe({
    id: 'docker.processes',
    title: 'Processes of containers',
    input: containerInput({
      holds: z.string().min(1).max(100).optional().describe('only commands that hold this text'),
    }),
    result: z.object({
      /** A container of it runs. */
      found: z.boolean(),
      /** Those that fit. */
      count: z.number(),
      /** Those of them that none of the others has started: a master has its workers below it. */
      masters: z.number(),
      /** The others. */
      workers: z.number(),
      processes: z.array(one),
    }),
    command: (input, context) => selectionWords('top', input, context),
    async read({ holds, ...input }, context) {
      const client = connect();
      const { own } = await containersOf(client, input, context);
      const up = own.filter(({ state }) => state === 'running');
      const found = await inParallel(up, READ_AT_ONCE, async ({ id, name }) => {
        const path = `/containers/${id}/top`;
        const query = { ps_args: PS };
        return processesIn(await client.send({ method: 'GET', path, query }, context.signal), name);
      });
      const fitting = found
        .flat()
        .filter(({ command }) => holds === undefined || command.includes(holds));
      const pids = new Set(fitting.map(({ pid }) => pid));
      const masters = fitting.filter(({ parent }) => !pids.has(parent)).length;
      return {
        found: up.length > 0,
        count: fitting.length,
        masters,
        workers: fitting.length - masters,
        processes: fitting.slice(0, LISTED_MAX),
      };
    },
  });
}
