import type { BreakerState } from '../domain/breaker.ts';
import type { Severity } from '../domain/severity.ts';
import type { AlertDefinition, SignalDefinition } from '../signals/definition.ts';
import type { Runbook } from './graph.ts';

/** A role of the system and the compose services it is bound to by default. */
export interface Role {
  readonly role: string;
  readonly services: readonly string[];
  /** Tells its containers where no name fits, as key=value. */
  readonly label?: string;
  /** Its containers do their work once and end. */
  readonly ends?: boolean;
}

/** Someone a message can be sent to. */
export interface Contact {
  readonly name: string;
  readonly role: string | null;
  readonly phone: string | null;
  readonly email: string | null;
  readonly channel: string | null;
}

/** A variable of the environment that the system relies on. */
interface EnvRequirement {
  readonly name: string;
  /** The role whose containers have it; null for the host. */
  readonly role: string | null;
  readonly required: boolean;
  /** Its value is never shown. */
  readonly secret: boolean;
  readonly default: string | null;
}

/** What the system, or those who look after it, rely on. */
export interface Requirements {
  readonly env: readonly EnvRequirement[];
  /** Programs that have to be on the host. */
  readonly commands: readonly string[];
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
      readonly kind: 'database';
      readonly role: string;
      readonly port: number;
      /** The database to connect to, and who connects unless the region says otherwise. */
      readonly name: string;
      readonly user: string;
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
    }
  | BreakersDefinition;

/** An administrative endpoint that tells of breakers in JSON. Paths are names joined by dots. */
interface BreakersDefinition {
  readonly kind: 'breakers';
  readonly role: string;
  readonly port: number;
  readonly path: string;
  /** Where the breakers are, a list or a map by name; empty for the whole answer. */
  readonly list: string;
  readonly fields: {
    /** Null where its key or its place names it. */
    readonly name: string | null;
    readonly state: string;
    readonly failures: string;
    readonly since: string | null;
    readonly nextAttempt: string;
  };
  /** Words of this system for the three states, beside the usual ones. */
  readonly states: Readonly<Record<string, BreakerState>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly intervalMs: number;
  readonly timeoutMs: number;
}

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
  readonly contacts: readonly Contact[];
  /** Name to a message: mustache over the scope of a run. */
  readonly templates: Readonly<Record<string, string>>;
  /** Name to the lines that steps share. */
  readonly checklists: Readonly<Record<string, readonly string[]>>;
  readonly requires: Requirements;
  readonly runbooks: readonly Runbook[];
}
