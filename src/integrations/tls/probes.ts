import * as z from 'zod';
import { sanitizeLine } from '../../domain/sanitize.ts';
import { shellWord } from '../../domain/shell-word.ts';
import type { Probe, RunContext } from '../contract.ts';
import { defineProbe } from '../contract.ts';
import { certificateTrouble } from '../web/certificate.ts';
import { asEverybody, type GetOutside, type Outside } from '../web/outside.ts';
import { shakeHands } from './client.ts';

const TIMEOUT_MS = 6000;
const DAY_MS = 86_400_000;

const hostName = z
  .string()
  .max(253)
  .regex(/^[\dA-Za-z_](?:[\w.-]*[\w])?$/, 'must be a host name, or an IPv4 address');

const input = z
  .strictObject({
    service: z.string().min(1).optional().describe('the role that presents it'),
    host: hostName.optional().describe('the host that presents it, instead of `service`'),
    port: z.coerce.number().int().min(1).max(65_535).default(443),
    servername: hostName.optional().describe('the name to ask for; the host where none is given'),
  })
  .refine(({ host, service }) => (host === undefined) !== (service === undefined), {
    error: 'must name either `service` or `host`',
  });
type Input = z.output<typeof input>;

async function placeOf(
  { host, port, service }: Input,
  context: RunContext,
  outside: Outside | null,
) {
  if (host !== undefined) {
    return outside === null ? { host, port } : outside.place(host, port, context.signal);
  }
  return context.address(service ?? '', port);
}

/** `tls.certificate`: the certificate a server presents, good or not, and for how long. */
function certificateProbe(outside: GetOutside): Probe {
  return defineProbe({
    id: 'tls.certificate',
    title: 'Certificate of a server',
    input,
    result: z.object({
      subject: z.string(),
      issuer: z.string(),
      names: z.array(z.string()),
      /** Epoch ms. */
      notBefore: z.number(),
      notAfter: z.number(),
      /** Until its end; below 0 when that is past. */
      leftMs: z.number(),
      leftDays: z.number(),
      /** Why a client would refuse it, in words that follow "it"; null when it would not. */
      problem: z.string().nullable(),
      mend: z.string().nullable(),
    }),
    command({ host, port, service, servername }, context) {
      const where = host ?? context.bind(service ?? '').service;
      const name = servername === undefined ? '' : ` -servername ${shellWord(servername)}`;
      const dates = 'openssl x509 -noout -dates -subject';
      return `openssl s_client -connect ${shellWord(`${where}:${port}`)}${name} </dev/null | ${dates}`;
    },
    async read(values, context) {
      const from = outside();
      const { host, port } = await placeOf(values, context, from);
      const servername = values.servername ?? values.host ?? host;
      const ca = (await from?.authority()) ?? null;
      const target = { host, port, servername, ca, starttls: null, timeoutMs: TIMEOUT_MS };
      const { certificate, code } = await shakeHands(target, context.signal);
      const now = context.clock.now();
      const trouble = code === null ? null : certificateTrouble(code, certificate, servername, now);
      const { issuer, names, notAfter, notBefore, subject } = certificate;
      const leftMs = notAfter - now;
      return {
        subject,
        issuer,
        names: names.map((name) => sanitizeLine(name)),
        notBefore,
        notAfter,
        leftMs,
        leftDays: Math.floor(leftMs / DAY_MS),
        problem: trouble?.words ?? null,
        mend: trouble?.mend ?? null,
      };
    },
  });
}

/** The probes of this integration. @param outside how hosts that are no role's are reached */
export function tlsProbes(outside: GetOutside = asEverybody): Probe[] {
  return [certificateProbe(outside)];
}
