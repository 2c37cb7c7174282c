import { BUILTIN_FOR_MS, beyond, MINUTE_MS } from './builtin-rule.ts';
import type { AlertDefinition } from './definition.ts';
import { limits } from './limits.ts';

const databaseAlerts: readonly AlertDefinition[] = [
  beyond(
    limits.connections,
    'fraction',
    {
      name: 'DatabaseConnections',
      signal: 'connections',
      forMs: MINUTE_MS,
      severity: 'P2',
      summary: '{{labels.name}} uses {{value}} of its connections: {{detail}}',
    },
    { severity: 'P1', forMs: BUILTIN_FOR_MS },
  ),
  beyond(limits.blocked, 'seconds', {
    name: 'DatabaseBlocked',
    signal: 'blocked',
    forMs: 0,
    severity: 'P2',
    summary: '{{labels.name}} blocked for {{value}}: {{detail}}',
  }),
  beyond(limits.idleInTransaction, 'seconds', {
    name: 'DatabaseIdleInTransaction',
    signal: 'idleInTransaction',
    forMs: 0,
    severity: 'P3',
    summary: '{{labels.name}} idle in transaction for {{value}}: {{detail}}',
  }),
  beyond(
    limits.replicationLag,
    'seconds',
    {
      name: 'ReplicationLag',
      signal: 'replicationLag',
      forMs: MINUTE_MS,
      severity: 'P3',
      summary: '{{labels.standby}} lags by {{value}}{{#detail}}: {{detail}}{{/detail}}',
    },
    { severity: 'P2', forMs: MINUTE_MS },
  ),
];

const cacheAlerts: readonly AlertDefinition[] = [
  beyond(
    limits.cacheMemory,
    'fraction',
    {
      name: 'CacheFull',
      signal: 'cacheMemory',
      forMs: BUILTIN_FOR_MS,
      severity: 'P2',
      summary: '{{labels.name}} is {{value}} full and evicts nothing: {{detail}}',
    },
    { severity: 'P1', forMs: BUILTIN_FOR_MS },
  ),
  beyond(limits.cacheEvictions, 'perSecond', {
    name: 'CacheEvicting',
    signal: 'cacheEvictions',
    forMs: 5 * MINUTE_MS,
    severity: 'P4',
    summary: '{{labels.name}} evicts {{value}}: {{detail}}',
  }),
];

const filling = (what: string) => `{{labels.mount}} has {{value}} of its ${what} used`;

const hostAlerts: readonly AlertDefinition[] = [
  beyond(
    limits.disk,
    'fraction',
    {
      name: 'DiskFilling',
      signal: 'disk',
      forMs: MINUTE_MS,
      severity: 'P3',
      summary: `${filling('space')}: {{detail}}`,
    },
    { severity: 'P1', forMs: BUILTIN_FOR_MS },
  ),
  beyond(
    limits.inodes,
    'fraction',
    {
      name: 'InodesFilling',
      signal: 'inodes',
      forMs: MINUTE_MS,
      severity: 'P3',
      summary: filling('inodes'),
    },
    { severity: 'P1', forMs: BUILTIN_FOR_MS },
  ),
  beyond(
    limits.memoryAvailable,
    'fraction',
    {
      name: 'HostMemoryLow',
      signal: 'memoryAvailable',
      forMs: MINUTE_MS,
      severity: 'P2',
      summary: '{{value}} of memory is available: {{detail}}',
    },
    { severity: 'P1', forMs: BUILTIN_FOR_MS },
  ),
];

const certificateAlert = beyond(
  limits.certificate,
  'seconds',
  {
    name: 'CertificateTrouble',
    signal: 'certificate',
    forMs: 0,
    severity: 'P3',
    summary: 'certificate {{labels.name}} {{detail}}',
  },
  { severity: 'P1', forMs: 0 },
);

/** Alerts on numbers read off facts: databases, caches, hosts, certificates. */
export const numberAlerts: readonly AlertDefinition[] = [
  ...databaseAlerts,
  ...cacheAlerts,
  ...hostAlerts,
  certificateAlert,
];
