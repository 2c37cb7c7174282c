import { z } from 'zod';

const id = z.string().regex(/^[0-9a-f]{12,64}$/);
const labels = z.record(z.string(), z.string()).nullish();
const network = z.object({
  IPAddress: z.string().nullish(),
  GlobalIPv6Address: z.string().nullish(),
});
const networkSettings = z
  .object({ Networks: z.record(z.string(), network.nullable()).nullish() })
  .nullish();

/** A line of `GET /containers/json`. */
export const listedContainer = z.object({
  Id: id,
  Names: z.array(z.string()).nullish(),
  Image: z.string(),
  State: z.string(),
  Status: z.string(),
  Labels: labels,
  Ports: z
    .array(
      z.object({
        IP: z.string().nullish(),
        PrivatePort: z.number(),
        PublicPort: z.number().nullish(),
        Type: z.string().nullish(),
      }),
    )
    .nullish(),
  NetworkSettings: networkSettings,
});
export const listedContainers = z.array(listedContainer);

/** `GET /containers/ID/json`. */
export const inspectedContainer = z.object({
  Id: id,
  Name: z.string(),
  RestartCount: z.number().nullish(),
  State: z.object({
    Status: z.string(),
    ExitCode: z.number().nullish(),
    OOMKilled: z.boolean().nullish(),
    StartedAt: z.string().nullish(),
    FinishedAt: z.string().nullish(),
    Health: z.object({ Status: z.string() }).nullish(),
  }),
  Config: z.object({ Labels: labels, Tty: z.boolean().nullish() }),
  NetworkSettings: networkSettings,
});

/** `GET /containers/ID/stats?stream=false&one-shot=true`: only what is shown. */
export const containerStats = z.object({
  cpu_stats: z
    .object({
      cpu_usage: z
        .object({
          total_usage: z.number().nullish(),
          percpu_usage: z.array(z.number()).nullish(),
        })
        .nullish(),
      system_cpu_usage: z.number().nullish(),
      online_cpus: z.number().nullish(),
    })
    .nullish(),
  memory_stats: z
    .object({
      usage: z.number().nullish(),
      limit: z.number().nullish(),
      stats: z.record(z.string(), z.number()).nullish(),
    })
    .nullish(),
});

/** A line of `GET /events`. */
export const engineEvent = z.object({
  Type: z.string(),
  Action: z.string(),
  Actor: z.object({
    ID: z.string().nullish(),
    Attributes: z.record(z.string(), z.string()).nullish(),
  }),
});
