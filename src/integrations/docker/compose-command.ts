const VERSION_TIMEOUT_MS = 3000;

/** Finds how this host calls compose, once. */
export interface Compose {
  /** `docker compose` or `docker-compose`; the former's words where the host has neither. */
  words(): Promise<string>;
  /** The same as an argument vector to run; null where the host has neither. */
  command(): Promise<readonly string[] | null>;
}

/** How the host of an engine's client calls compose. */
export type ComposeOf = (dockerHost: string) => Compose;

async function answers(file: string, args: readonly string[], dockerHost: string) {
  const { execa } = await import('execa');
  const { failed } = await execa(file, args, {
    env: { DOCKER_HOST: dockerHost },
    timeout: VERSION_TIMEOUT_MS,
    stdio: 'ignore',
    reject: false,
  });
  return !failed;
}

/** Finds the compose command of this host: for the words of previews, and for what needs its files. */
export function findCompose(dockerHost: string): Compose {
  let found: Promise<readonly string[] | null> | null = null;
  const find = async () => {
    if (await answers('docker', ['compose', 'version'], dockerHost)) return ['docker', 'compose'];
    // Found, not run: docker-compose 1 takes a second to say its version.
    return (await answers('which', ['docker-compose'], dockerHost)) ? ['docker-compose'] : null;
  };
  const command = () => {
    found ??= find();
    return found;
  };
  return { command, words: async () => (await command())?.join(' ') ?? 'docker compose' };
}

/** Remembers what was found for each engine. */
export function composeFinder(): ComposeOf {
  const found = new Map<string, Compose>();
  return (dockerHost) => {
    const compose = found.get(dockerHost) ?? findCompose(dockerHost);
    found.set(dockerHost, compose);
    return compose;
  };
}
