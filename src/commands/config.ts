import type { Config } from '../config/config.ts';
import type { RegionPlan } from '../config/plan.ts';
import { settingsOf } from '../config/settings.ts';
import { redactText } from '../domain/redact.ts';
import type { ContractOf } from './contract.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { answer, type Output, table } from './output.ts';

/** What a region was planned from. */
export interface ConfigurationInUse {
  readonly config: Pick<Config, 'files' | 'absent' | 'theme'>;
  readonly plan: RegionPlan;
}

/** `config show`: every effective value with its origin; nothing is connected, no secret is shown. */
export function configShowCommand({ config, plan }: ConfigurationInUse, output: Output): ExitCode {
  const { theme } = config;
  const all = [
    ...(theme === null ? [] : [{ key: 'theme', value: theme.value, origin: theme.origin }]),
    ...settingsOf(plan),
  ];
  const shown: ContractOf<'config-show'> = {
    files: [...config.files],
    absent: [...config.absent],
    settings: all.map((setting) => ({ ...setting, value: redactText(setting.value) })),
    notFound: plan.notFound.map(({ what, message, mend }) => ({ what, message, mend })),
  };
  answer(output, shown, () => words(shown));
  return exitCodes.done;
}

function words({ files, absent, settings, notFound }: ContractOf<'config-show'>): string {
  const read =
    files.length === 0
      ? `No configuration file; looked for ${absent.join(', ')}`
      : `Read from ${files.join(', ')}`;
  const values = table(settings.map(({ key, value, origin }) => [key, value, origin]));
  const missing = notFound.map(({ what, message, mend }) => [what, message, mend]);
  const rest =
    missing.length === 0
      ? []
      : [`not found here; a pack may bring it (opsconsole check)\n${table(indented(missing))}`];
  return [read, values, ...rest].join('\n\n');
}

const indented = (rows: readonly (readonly string[])[]) => rows.map((row) => ['', ...row]);

/** `config schema`: the JSON Schema of a configuration file, for editors. */
export async function configSchemaCommand(output: Output): Promise<ExitCode> {
  const { configJsonSchema } = await import('../config/schema.ts');
  output.write(JSON.stringify(configJsonSchema(), null, 2));
  return exitCodes.done;
}
