import type { Severity } from '../domain/severity.ts';
import type { AlertDefinition, SignalDefinition } from '../signals/definition.ts';
import type { Runbook } from './graph.ts';

/** A role of the system and the compose services it is bound to by default. */
export interface Role {
  readonly role: string;
  readonly services: readonly string[];
}

/** A source the system's services offer, by role: its address is found from what is live. */
export type SourceDefinition =
  | {
      readonly kind: 'metrics';
      readonly role: string;
      readonly port: number;
      readonly path: string;
      readonly intervalMs: number;
      readonly timeoutMs: number;
    }
  | {
      readonly kind: 'cache';
      readonly role: string;
      readonly port: number;
      readonly intervalMs: number;
      readonly timeoutMs: number;
    }
  | {
      readonly kind: 'check';
      readonly name: string;
      readonly role: string;
      readonly port: number;
      readonly path: string;
      readonly expectStatus: number;
      /** Path into the JSON answer → expected value. */
      readonly expectJson: Readonly<Record<string, string | number | boolean>>;
      readonly intervalMs: number;
      readonly timeoutMs: number;
    };

export interface SeverityResponse {
  readonly severity: Severity;
  readonly meaning: string;
  readonly contacts: readonly string[];
  /** How soon they answer, ms; null for "next business day". */
  readonly respondWithinMs: number | null;
}

/** What a system's runbooks share. */
export interface Pack {
  readonly system: string;
  readonly title: string;
  readonly roles: readonly Role[];
  /** Named durations, ms; a region can rebind them. */
  readonly durations: Readonly<Record<string, number>>;
  readonly sources: readonly SourceDefinition[];
  readonly signals: readonly SignalDefinition[];
  readonly alerts: readonly AlertDefinition[];
  readonly severities: readonly SeverityResponse[];
  readonly runbooks: readonly Runbook[];
}
