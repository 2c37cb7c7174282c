import * as z from 'zod';
import { parseDuration } from '../../domain/duration.ts';
import { OperatorError } from '../../domain/operator-error.ts';
import { hiddenPart, shownValue } from '../../domain/recordable.ts';
import { shellWord, shellWords } from '../../domain/shell-word.ts';

/** A command may take an hour at most: whatever takes longer is a job of its own. */
export const MAX_TIMEOUT_MS = 3_600_000;
const MAX_WORDS = 200;
const MAX_WORD_LENGTH = 8192;
/** Beside line breaks and tabs, which an argument may hold. */
const CONTROL = /(?![\t\n])\p{Cc}/u;

const word = z
  .string()
  .max(MAX_WORD_LENGTH)
  .refine((text) => !CONTROL.test(text) && text.isWellFormed(), 'holds control characters');

/** What is filled in when the runbook runs: never an option, and always one argument. */
const filled = z.strictObject({
  value: z
    .union([z.string(), z.number(), z.boolean()])
    .describe('A placeholder such as {{inputs.commit}}.'),
  after: word.optional().describe('What stands before it in the same argument, e.g. --tag='),
});
type Filled = z.output<typeof filled>;

const vector = z
  .array(z.union([word, filled]))
  .min(1)
  .max(MAX_WORDS)
  // Of the list, not of the word: a word with a placeholder counts as unknown until it is filled.
  .superRefine((words, context) => {
    const [first] = words;
    if (typeof first !== 'string' || first === '') {
      context.addIssue('begins with the program’s own name, written out');
    } else if (first.startsWith('-')) context.addIssue('the program’s name begins with -');
    if (words.some((one) => typeof one === 'string' && one.includes('{{'))) {
      context.addIssue(
        'a placeholder stands by itself, as {value: "{{…}}"}: it is never an option',
      );
    }
  })
  .describe('The program and its arguments, one a word; no shell reads them.');

const duration = z
  .string()
  .refine((text) => {
    const ms = parseDuration(text);
    return ms !== null && ms > 0 && ms <= MAX_TIMEOUT_MS;
  }, 'a duration of at most 1h, such as 90s')
  .describe('The whole process group is ended then.');

export const commandInput = {
  command: vector,
  cwd: word
    .regex(/^(?!-)./, 'a folder')
    .optional()
    .describe('A relative one begins in the project’s folder, which is also the default.'),
  env: z
    .record(z.string().regex(/^[A-Za-z_]\w*$/), word)
    .default({})
    .describe('Further variables; never secrets.'),
  timeout: duration.default('60s'),
  expect: z
    .array(z.coerce.number().int().min(0).max(255))
    .min(1)
    .default([0])
    .describe('Exit codes of success.'),
};
const schema = z.strictObject(commandInput);
export type CommandInput = z.output<typeof schema>;

function argument(given: string | Filled, index: number): string {
  if (typeof given === 'string') return given;
  const text = String(given.value);
  const trouble =
    text === ''
      ? 'is empty'
      : given.after === undefined && text.startsWith('-')
        ? 'begins with -, and would be read as an option'
        : CONTROL.test(text) || text.includes('\n')
          ? 'holds control characters'
          : text.length > MAX_WORD_LENGTH || !text.isWellFormed()
            ? 'is no text an argument can hold'
            : null;
  if (trouble === null) return `${given.after ?? ''}${text}`;
  const message = `The value for argument ${index} of the command ${trouble}`;
  throw new OperatorError('failed', message, 'give another value');
}

/**
 * The argument vector of a command with its values in place.
 * @throws OperatorError('failed') for a value that is no plain argument
 */
export function argumentsOf(command: CommandInput['command']): readonly [string, ...string[]] {
  const [file, ...rest] = command.map(argument);
  return [file ?? '', ...rest];
}

/** @throws OperatorError when the journal would hide a part of the command from its runner */
export function refuseSecrets({ command, env }: Pick<CommandInput, 'command' | 'env'>): void {
  const words = argumentsOf(command);
  const hidden = hiddenPart({ words, env, line: words.join(' ') });
  if (hidden === null) return;
  const message = 'The command holds what looks like a secret, which no record may hold';
  const mend = 'let the program read it from its own configuration or from the environment';
  throw new OperatorError('failed', message, mend);
}

/** The command as a person could type it. */
export function typed({ command, cwd, env }: CommandInput): string {
  const variables = Object.entries(env).map(
    ([name, text]) => `${name}=${shellWord(shownValue(name, text))}`,
  );
  const there = cwd === undefined ? [] : [`cd ${shellWord(cwd)} &&`];
  return [...there, ...variables, shellWords(argumentsOf(command))].join(' ');
}

export const timeoutMsOf = ({ timeout }: CommandInput): number =>
  parseDuration(timeout) ?? MAX_TIMEOUT_MS;
