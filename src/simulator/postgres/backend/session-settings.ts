import { isSuperuser } from '../catalogue/viewer.ts';
import { findSetting, parseSetting, type Setting } from '../settings.ts';
import { SqlError } from '../sql/sql-error.ts';
import type { DatabaseWorld } from '../world.ts';

const ISOLATION = new Set(['transaction_isolation', 'default_transaction_isolation']);

/** Settings of one session over those of the server, with what its transaction sets for itself. */
export class SessionSettings {
  readonly #world: DatabaseWorld;
  readonly #user: string;
  #own: ReadonlyMap<string, string> = new Map();
  #local = new Map<string, string>();
  #before: ReadonlyMap<string, string> | null = null;

  constructor(world: DatabaseWorld, user: string) {
    this.#world = world;
    this.#user = user;
  }

  all(): Readonly<Record<string, Setting>> {
    const settings: Record<string, Setting> = { ...this.#world.state.settings };
    for (const [name, value] of [...this.#own, ...this.#local]) {
      const known = settings[name];
      settings[name] = known === undefined ? custom(value) : { ...known, value };
    }
    return settings;
  }

  /** The value in the setting's unit; empty where there is none. */
  get(name: string): string {
    const value = this.#local.get(name) ?? this.#own.get(name);
    return value ?? this.#world.state.settings[name]?.value ?? '';
  }

  number(name: string): number {
    return Number(this.get(name)) || 0;
  }

  /** @throws SqlError when there is no such setting, it is no value of it, or it cannot be set now */
  set(given: string, written: string, local: boolean): string {
    const found = findSetting(this.all(), given);
    if (found === null && !given.includes('.')) {
      throw new SqlError('42704', `unrecognized configuration parameter "${given}"`);
    }
    const [name, setting] = found ?? [given, custom('')];
    this.#mayBeSet(name, setting);
    const value = parseSetting(setting, written);
    if (value === null) {
      throw new SqlError('22023', `invalid value for parameter "${name}": "${written}"`);
    }
    this.#put(name, value, local);
    return name;
  }

  #mayBeSet(name: string, { context }: Setting): void {
    const late: Readonly<Record<string, string>> = {
      internal: 'cannot be changed',
      postmaster: 'cannot be changed without restarting the server',
      sighup: 'cannot be changed now',
    };
    const why = late[context];
    if (why !== undefined) throw new SqlError('55P02', `parameter "${name}" ${why}`);
    if (context !== 'user' && !isSuperuser(this.#world.state, this.#user)) {
      throw new SqlError('42501', `permission denied to set parameter "${name}"`);
    }
  }

  #put(name: string, value: string, local: boolean): void {
    if (local || ISOLATION.has(name)) this.#local.set(name, value);
    else {
      this.#own = new Map([...this.#own, [name, value]]);
      this.#local.delete(name);
    }
  }

  /** Back to what the server has; `null` for all of them. */
  reset(given: string | null): void {
    const name = given === null ? null : (findSetting(this.all(), given)?.[0] ?? given);
    this.#own = name === null ? new Map() : new Map([...this.#own].filter(([one]) => one !== name));
  }

  begin(): void {
    this.#before ??= this.#own;
  }

  /** The transaction ends: what it set for itself is gone; what it set at all, if it did not succeed. */
  end(committed: boolean): void {
    if (!committed && this.#before !== null) this.#own = this.#before;
    this.#before = null;
    this.#local = new Map();
  }
}

const custom = (value: string): Setting => ({
  ...{ value, unit: null, context: 'user', type: 'string', boot: '', source: 'default' },
});
