import { isSuperuser, roleOf } from '../catalogue/viewer.ts';
import { findSetting, parseSetting } from '../settings.ts';
import type { Statement } from '../sql/lex.ts';
import { Reader } from '../sql/reader.ts';
import { SqlError } from '../sql/sql-error.ts';
import { roleText } from '../tables/tables.ts';
import type { DatabaseState, Role } from '../world.ts';
import type { Backend } from './backend.ts';
import { done, type Outcome } from './outcome.ts';
import { valueAfter } from './value-after.ts';

// What of the server, not of one database, statements change: roles, databases, its configuration file,
// and the extension whose statistics the world has.

type Told = Partial<Pick<DatabaseState, 'roles' | 'databases' | 'statements'>>;

function mayChange(backend: Backend, what: string): void {
  if (backend.transaction.readOnly) {
    throw new SqlError('25006', `cannot execute ${what} in a read-only transaction`);
  }
  if (!isSuperuser(backend.world.state, backend.user)) {
    throw new SqlError('42501', `permission denied to ${what.toLowerCase()}`);
  }
}

const tell = (backend: Backend, patch: Told) => backend.world.apply({ kind: 'told', patch });

/** The words behind a role's name: LOGIN, SUPERUSER, PASSWORD 'x'. */
function withOptions(role: Role, reader: Reader): Role {
  let made = role;
  reader.takes('with');
  while (!reader.atEnd) {
    if (reader.takes('login')) made = { ...made, login: true };
    else if (reader.takes('nologin')) made = { ...made, login: false };
    else if (reader.takes('superuser')) made = { ...made, superuser: true };
    else if (reader.takes('nosuperuser')) made = { ...made, superuser: false };
    else if (reader.takes('password')) {
      const { kind, text } = reader.next();
      made = { ...made, password: kind === 'string' ? text : null };
    } else if (reader.takes('set') || reader.takes('reset')) {
      throw new SqlError('0A000', 'the simulated server keeps no settings of roles');
    } else reader.next();
  }
  return made;
}

async function createRole(backend: Backend, reader: Reader): Promise<Outcome> {
  mayChange(backend, 'CREATE ROLE');
  const login = reader.takes('user');
  if (!login) reader.must('role');
  const name = reader.name();
  const { roles } = backend.world.state;
  if (roleOf(backend.world.state, name) !== null) {
    throw new SqlError('42710', `role "${name}" already exists`);
  }
  const plain: Role = { name, login, password: null, superuser: false, memberOf: [] };
  const role = withOptions(plain, reader);
  tell(backend, { roles: [...roles, role] });
  await backend.tables?.own(roleText(role));
  return done('CREATE ROLE');
}

function changeRole(backend: Backend, name: string, change: (role: Role) => Role): void {
  const { roles } = backend.world.state;
  if (roleOf(backend.world.state, name) === null) {
    throw new SqlError('42704', `role "${name}" does not exist`);
  }
  tell(backend, { roles: roles.map((role) => (role.name === name ? change(role) : role)) });
}

function alterRole(backend: Backend, reader: Reader): Outcome {
  mayChange(backend, 'ALTER ROLE');
  reader.next();
  changeRole(backend, reader.name(), (role) => withOptions(role, reader));
  return done('ALTER ROLE');
}

/** `GRANT role TO user`; null for a right to something else, which is the tables' own. */
async function grant(backend: Backend, reader: Reader): Promise<Outcome | null> {
  const gives = reader.next().text === 'grant';
  const granted = reader.name();
  if (!reader.takes(gives ? 'to' : 'from')) return null;
  mayChange(backend, gives ? 'GRANT ROLE' : 'REVOKE ROLE');
  const name = reader.name();
  changeRole(backend, name, (role) => {
    const rest = role.memberOf.filter((one) => one !== granted);
    return { ...role, memberOf: gives ? [...rest, granted] : rest };
  });
  const words = gives ? `GRANT "${granted}" TO "${name}"` : `REVOKE "${granted}" FROM "${name}"`;
  await backend.tables?.own(words);
  return done(gives ? 'GRANT ROLE' : 'REVOKE ROLE');
}

const EMPTY_DATABASE_BYTES = 7_500_000;

function database(backend: Backend, reader: Reader, creates: boolean): Outcome {
  const tag = creates ? 'CREATE DATABASE' : 'DROP DATABASE';
  mayChange(backend, tag);
  reader.must('database');
  const name = reader.name();
  const { databases } = backend.world.state;
  const known = databases.some((one) => one.name === name);
  if (creates === known) {
    const words = known ? 'already exists' : 'does not exist';
    throw new SqlError(known ? '42P04' : '3D000', `database "${name}" ${words}`);
  }
  const rest = databases.filter((one) => one.name !== name);
  tell(backend, { databases: creates ? [...rest, { name, bytes: EMPTY_DATABASE_BYTES }] : rest });
  return done(tag);
}

/** The extension of statistics of statements, which the world has; null for any other. */
function extension(backend: Backend, reader: Reader, creates: boolean): Outcome | null {
  reader.must('extension');
  const lenient = reader.takes('if', 'not', 'exists');
  reader.takes('if', 'exists');
  const name = reader.name();
  // Every database has it from its beginning.
  if (name === 'plpgsql' && creates && lenient) return done('CREATE EXTENSION');
  if (name !== 'pg_stat_statements') return null;
  const tag = creates ? 'CREATE EXTENSION' : 'DROP EXTENSION';
  mayChange(backend, tag);
  const schema =
    reader.takes('schema') || reader.takes('with', 'schema') ? reader.name() : 'public';
  const lines = backend.world.state.statements?.lines ?? [];
  tell(backend, { statements: creates ? { schema, lines } : null });
  return done(tag);
}

/** `ALTER SYSTEM SET name = value`: a line of the configuration files. */
function alterSystem(backend: Backend, reader: Reader): Outcome {
  mayChange(backend, 'ALTER SYSTEM');
  reader.must('system');
  const resets = reader.next().text === 'reset';
  const given = reader.name();
  const found = findSetting(backend.world.state.settings, given);
  if (found === null) {
    throw new SqlError('42704', `unrecognized configuration parameter "${given}"`);
  }
  let value: string | null = null;
  if (!resets) {
    if (!reader.takes('=')) reader.must('to');
    value = valueAfter(reader);
    if (parseSetting(found[1], value) === null) {
      throw new SqlError('22023', `invalid value for parameter "${found[0]}": "${value}"`);
    }
  }
  backend.world.apply({ kind: 'file', name: found[0], value });
  return done('ALTER SYSTEM');
}

/** Runs what changes the server; null for what does not. */
export async function rolesAndMore(
  backend: Backend,
  { tokens }: Statement,
): Promise<Outcome | null> {
  const reader = new Reader(tokens);
  if (reader.sees('grant') || reader.sees('revoke')) return await grant(backend, reader);
  const first = reader.next().text;
  if (first === 'alter') {
    if (reader.sees('role') || reader.sees('user')) return alterRole(backend, reader);
    return reader.sees('system') ? alterSystem(backend, reader) : null;
  }
  if (first !== 'create' && first !== 'drop') return null;
  const creates = first === 'create';
  if (creates && (reader.sees('role') || reader.sees('user'))) return createRole(backend, reader);
  if (reader.sees('database')) return database(backend, reader, creates);
  return reader.sees('extension') ? extension(backend, reader, creates) : null;
}
