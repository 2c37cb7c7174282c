import { shellWords } from '../../domain/shell-word.ts';
import type { RunContext } from '../contract.ts';
import { type Selector, servicesOf } from './lookup.ts';

/** A command of compose for a role's services, of docker for a container: `docker logs falcon-redis`. */
export function selectionWords(
  verb: string,
  { service = '', container = '' }: Selector,
  context: Pick<RunContext, 'bind'>,
): string {
  const words = verb.split(' ');
  if (service !== '') {
    const { project } = context.bind(service);
    return shellWords([
      'docker',
      'compose',
      '-p',
      project,
      ...words,
      ...servicesOf(service, context),
    ]);
  }
  const names = container.split(',');
  if (words[0] !== 'ps') return shellWords(['docker', ...words, ...names]);
  return shellWords(['docker', ...words, ...names.flatMap((name) => ['--filter', `name=${name}`])]);
}
