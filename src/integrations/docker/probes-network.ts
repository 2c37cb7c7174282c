import * as z from 'zod';
import type { Probe } from '../contract.ts';
import { defineProbe } from '../contract.ts';
import type { DockerClient } from './client.ts';
import { containersOf, networkNames, peersOf } from './lookup.ts';

/** `docker.network`: can the containers of two roles reach each other? */
export function networkProbe(connect: () => DockerClient): Probe {
  return defineProbe({
    id: 'docker.network',
    title: 'Shared network',
    input: z.strictObject({
      service: z.string().describe('the role whose containers are meant'),
      with: z.string().describe('the role it must reach'),
    }),
    result: z.object({
      /** False when either role has no container: then nothing is told about networks. */
      found: z.boolean(),
      /** Every container of the role shares a network with one of the other role. */
      shared: z.boolean(),
      networks: z.array(z.string()),
      /** Networks of the other role that a container of this one is not on; empty while shared. */
      missingFrom: z.array(z.string()),
    }),
    command: (input, context) => {
      const bound = context.bind(input.service);
      const names = `label=com.docker.compose.service=${bound.service}`;
      return `docker ps -a --filter ${names} --format '{{.Names}} {{.Networks}}'`;
    },
    async read(input, context) {
      const client = connect();
      const found = await containersOf(client, { service: input.service }, context);
      const peers = await peersOf(client, input.with, found, context);
      const theirs = [...new Set(peers.flatMap(networkNames))].sort();
      const ours = found.own.map(networkNames);
      const both = theirs.filter((name) => ours.every((names) => names.includes(name)));
      const shared =
        ours.length > 0 && ours.every((names) => names.some((name) => theirs.includes(name)));
      return {
        found: ours.length > 0 && peers.length > 0,
        shared,
        networks: both,
        missingFrom:
          shared || ours.length === 0 ? [] : theirs.filter((name) => !both.includes(name)),
      };
    },
  });
}
