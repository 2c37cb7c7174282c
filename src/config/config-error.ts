/** A configuration that cannot be used: exit code 2. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}
