import { stringify } from 'yaml';
import * as z from 'zod';
import { formatAge } from '../../src/domain/duration.ts';
import type { Action, Probe } from '../../src/integrations/contract.ts';
import type { Catalogue } from '../../src/runbooks/catalogue.ts';
import { exampleOf } from './examples.ts';
import { cell, page, table } from './markdown.ts';
import { type Field, fieldsOf, type JsonSchema } from './schema-words.ts';

const schemaOf = (type: z.ZodType, io: 'input' | 'output') =>
  z.toJSONSchema(type, { io, unrepresentable: 'any' }) as JsonSchema;

function defaultWords({ required, default: value }: Field): string {
  if (required) return 'required';
  return value === undefined ? 'none' : `\`${JSON.stringify(value)}\``;
}

function inputTable(input: z.ZodType): string {
  const rows = fieldsOf(schemaOf(input, 'input')).map((field) => [
    `\`${field.name}\``,
    cell(field.type),
    defaultWords(field),
    cell(field.description),
  ]);
  return table(['input', 'type', 'default', 'meaning'], rows, 'It takes no input.');
}

function resultTable(result: z.ZodType, head = '`result.`'): string {
  const rows = fieldsOf(schemaOf(result, 'output')).map((field) => [
    `\`${field.name}\``,
    cell(field.type),
    cell(field.description),
  ]);
  return table([head, 'type', 'meaning'], rows);
}

const fenced = (language: string, text: string) => `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``;

/** In the example a role stands for the service of its name in a project named falcon. */
const binder = { bind: (role: string) => ({ role, project: 'falcon', service: role }) };

function probeSection(probe: Probe): string {
  const input = exampleOf(probe.id);
  const example = stringify({ probe: probe.id, with: input });
  const command = probe.command(probe.input.parse(input), binder);
  return [
    `### ${probe.id}`,
    `${probe.title}. Risk: observe.`,
    inputTable(probe.input),
    resultTable(probe.result),
    fenced('yaml', example),
    fenced('sh', command),
  ].join('\n\n');
}

function undoWords({ undo }: Action): string {
  if (undo.kind === 'irreversible') return `none, ${undo.why}`;
  const values = Object.entries(undo.with).map(([name, value]) => `${name} \`${String(value)}\``);
  return `\`${undo.action}\` with ${values.join(', ')}`;
}

function actionSection(action: Action): string {
  const input = exampleOf(action.id);
  action.input.parse(input);
  const { offers = [], output } = action;
  const facts = [
    `- risk: ${action.risk}`,
    `- undo: ${undoWords(action)}`,
    `- time limit: ${formatAge(action.timeoutMs)}; after it the outcome is unknown and is checked`,
    ...offers.map(({ on, title }) => `- offered on a ${on}, without a runbook: ${title}`),
  ];
  const returned = output ? ['What it records when it is done:', resultTable(output, 'field')] : [];
  return [
    `### ${action.id}`,
    `${action.title}.`,
    facts.join('\n'),
    inputTable(action.input),
    ...returned,
    fenced('yaml', stringify({ action: action.id, with: input })),
  ].join('\n\n');
}

/** docs/catalogue.md: what a runbook can read and do. */
export function cataloguePage({ probes, actions }: Catalogue): string {
  const about = [
    'What a runbook can ask for (probes) and do (actions). A probe changes nothing and runs unasked.',
    'An action is previewed, confirmed, locked and journaled by the executor, whoever asks for it.',
    '`service` is a role of the pack, or a compose service by its own name. Below a probe’s result stands',
    'how a step names it, and the command an operator could type instead; an action’s command stands in',
    'its dialog, once its targets are known.',
  ].join('\n');
  return page('Probes and actions', about, [
    '## Probes',
    ...probes.map(probeSection),
    '## Actions',
    ...actions.map(actionSection),
  ]);
}
