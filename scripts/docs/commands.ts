import type { Argument, Command, Option } from 'commander';
import { type ExitCode, exitCodes, firstOf } from '../../src/commands/exit-codes.ts';
import { schemas } from '../../src/commands/schema.ts';
import { cell, code, page, table } from './markdown.ts';

const meanings: Readonly<Record<keyof typeof exitCodes, string>> = {
  interrupted: 'interrupted by a signal',
  usage: 'the usage or the configuration is wrong',
  refused: 'refused by policy, or an operator is needed',
  unreachable: 'a source or target could not be reached',
  unhealthy: 'the thing asked about is unhealthy, or a run ended unresolved',
  done: 'done',
};

function defaultWords({ defaultValue, argChoices }: Option): string {
  const choices = argChoices ? `one of ${argChoices.join(', ')}` : '';
  const usual =
    defaultValue === undefined || defaultValue === false ? '' : `default ${defaultValue}`;
  return [choices, usual].filter(Boolean).join('; ');
}

/** Options of one group of the help; of all groups where none is named. */
function optionTable(command: Command, group?: string | null): string {
  const rows = command.options
    .filter(({ hidden }) => !hidden)
    .filter((option) => group === undefined || (option.helpGroupHeading ?? null) === group)
    .map((option) => [
      cell(code(option.flags)),
      cell(option.description),
      cell(defaultWords(option)),
    ]);
  return table(['option', 'meaning', 'values'], rows, 'No options of its own.');
}

function argumentWords(argument: Argument): string {
  const name = argument.variadic ? `${argument.name()}...` : argument.name();
  return argument.required ? `<${name}>` : `[${name}]`;
}

function leaves(command: Command, path: readonly string[] = []): readonly [string, Command][] {
  const visible = command.createHelp().visibleCommands(command);
  return visible
    .filter((child) => child.name() !== 'help')
    .flatMap((child) => {
      const here = [...path, child.name()];
      const inner = leaves(child, here);
      return inner.length > 0 ? inner : [[here.join(' '), child] as [string, Command]];
    });
}

function answerWords(name: string): string {
  const schema = [name, name.replaceAll(' ', '-')].find((id) => Object.hasOwn(schemas, id));
  return schema === undefined
    ? ''
    : `With \`--json\` it answers as [schemas/${schema}.json](schemas/${schema}.json) says.`;
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

function section([name, command]: readonly [string, Command]): string {
  const words = ['opsconsole', name, ...command.registeredArguments.map(argumentWords)];
  const parts = [
    `## ${words.slice(1).join(' ')}`,
    `${capital(command.description())}.`,
    optionTable(command),
    answerWords(name),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function exitTable(): string {
  const left = new Set<ExitCode>(Object.values(exitCodes));
  const rows: string[][] = [];
  for (let next = firstOf([...left]); left.delete(next); next = firstOf([...left])) {
    const name = (Object.keys(exitCodes) as (keyof typeof exitCodes)[]).find(
      (key) => exitCodes[key] === next,
    );
    rows.push([String(next), name === undefined ? '' : meanings[name]]);
  }
  return table(['code', 'meaning'], rows);
}

/** docs/commands.md, from the definitions the program itself parses its arguments with. */
export function commandsPage(program: Command): string {
  const about = [
    'Without a command `opsconsole` opens the screen. Everything below answers in plain lines, or with',
    '`--json` in one JSON text. Times are ISO 8601 UTC, sizes bytes, durations milliseconds (`…Ms`),',
    'fractions 0 to 1, unknown `null`. No escape codes are written.',
  ].join('\n');
  return page('Commands', about, [
    '## Options of every command',
    'They may stand before or after the command.',
    optionTable(program, null),
    '## The screen',
    'Without a command; with `--once` it is drawn once, as plain text.',
    optionTable(program, 'Options of the screen:'),
    '## Exit codes',
    'Where several apply, the first of this list.',
    exitTable(),
    ...leaves(program).map(section),
  ]);
}
