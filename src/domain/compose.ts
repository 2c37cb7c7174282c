/** A service of a compose project, as it is declared and as it runs. */
export interface ComposeService {
  readonly project: string;
  readonly service: string;
  /** Containers the compose files declare; null for a service that stands in none of them. */
  readonly declared: number | null;
  readonly running: number;
  /** Containers that are declared and not up; 0 where a profile keeps the service asleep. */
  readonly missing: number;
  /** What brings the missing ones up, as this host calls compose. */
  readonly command: string;
}
