import { OperatorError } from '../domain/operator-error.ts';
import type { Secret } from './plan.ts';
import type { ConfigSurroundings } from './surroundings.ts';

/** `env:NAME` or `file:/path`. */
export const SECRET_REFERENCE = /^(?:env:[A-Za-z_]\w*|file:\/.+)$/;

/**
 * A secret by its reference; nothing is read before `read` is called.
 * @param reference `env:NAME` or `file:/path`, checked already
 */
export function secretOf(
  reference: string,
  from: Pick<ConfigSurroundings, 'env' | 'read'>,
): Secret {
  const name = reference.slice(reference.indexOf(':') + 1);
  const read = reference.startsWith('env:')
    ? () => fromVariable(name, from.env)
    : () => fromFile(name, from.read);
  return { reference, read };
}

/** A secret that a variable held as a part of it, such as the password in a URL. */
export function heldSecret(variable: string, value: string): Secret {
  return { reference: `in ${variable}`, read: () => value };
}

function fromVariable(name: string, env: ConfigSurroundings['env']): string {
  const value = env[name];
  if (value !== undefined && value !== '') return value;
  throw new OperatorError(
    'missing',
    `The secret env:${name} is not set`,
    `export ${name} before opsconsole is started`,
  );
}

function fromFile(path: string, read: ConfigSurroundings['read']): string {
  let text: string;
  try {
    text = read(path).trimEnd();
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const [why, mend] =
      code === 'ENOENT'
        ? ['is not there', `write the secret into ${path}, readable for you alone`]
        : code === 'EACCES'
          ? ['may not be read by you', `let your user read ${path}`]
          : [`cannot be read: ${message}`, `see that ${path} is a file`];
    const kind = code === 'EACCES' ? 'denied' : 'missing';
    throw new OperatorError(kind, `The secret file:${path} ${why}`, mend, cause);
  }
  if (text !== '') return text;
  throw new OperatorError(
    'missing',
    `The secret file:${path} is empty`,
    `write the secret into ${path}`,
  );
}
