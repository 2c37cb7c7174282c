import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Docker calls a plugin with its own name as first argument; compose 1 takes the rest as version 2 does. */
const PLUGIN = `#!/bin/sh
if [ "$1" = docker-cli-plugin-metadata ]; then
  echo '{"SchemaVersion":"0.1.0","Vendor":"tests","Version":"2.0.0","ShortDescription":"compose"}'
  exit
fi
shift
exec docker-compose "$@"
`;

/**
 * A configuration folder of the docker command that gives it `docker compose`, done by the compose there is.
 * @returns the folder, for DOCKER_CONFIG, and how to remove it
 */
export async function composePlugin() {
  const folder = await mkdtemp(join(tmpdir(), 'opsconsole-plugin-'));
  const plugins = join(folder, 'cli-plugins');
  await mkdir(plugins);
  const file = join(plugins, 'docker-compose');
  await writeFile(file, PLUGIN);
  await chmod(file, 0o755);
  return { folder, remove: () => rm(folder, { recursive: true }) };
}
