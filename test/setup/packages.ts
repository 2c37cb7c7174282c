import { existsSync, readdirSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { run } from '../stack/run.ts';

/** What `ensurePackages` found or did. */
export interface Packages {
  available: boolean;
  /** Debian names of what is still missing. */
  missing: string[];
  /** Why it is missing, or null. */
  reason: string | null;
}

const folders = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];
const policyFile = '/usr/sbin/policy-rc.d';

function has(program: string): boolean {
  return folders.some((folder) => existsSync(`${folder}/${program}`));
}

function hasPostgres(): boolean {
  const root = '/usr/lib/postgresql';
  return existsSync(root) && readdirSync(root).some((v) => existsSync(`${root}/${v}/bin/initdb`));
}

/** Debian package → is what we need of it there? */
const needed: Readonly<Record<string, () => boolean>> = {
  'docker.io': () => has('docker') && has('dockerd') && has('docker-proxy'),
  'docker-compose': () => has('docker-compose'),
  iptables: () => has('iptables'),
  iproute2: () => has('ip'),
  'busybox-static': () => has('busybox'),
  'redis-server': () => has('redis-server'),
  'redis-tools': () => has('redis-cli'),
  'postgresql-15': hasPostgres,
  nginx: () => has('nginx'),
  openssl: () => has('openssl'),
  'openssh-client': () => has('ssh') && has('ssh-keygen'),
  'openssh-server': () => has('sshd'),
  prometheus: () => has('prometheus'),
  'prometheus-alertmanager': () => has('prometheus-alertmanager'),
  systemd: () => has('journalctl') && existsSync('/usr/lib/systemd/systemd-journald'),
  tmux: () => has('tmux'),
  'librsvg2-bin': () => has('rsvg-convert'),
};

/** Debian packages that are needed and not there. */
function missingPackages(): string[] {
  return Object.entries(needed)
    .filter(([, present]) => !present())
    .map(([name]) => name);
}

/** Why this machine cannot install by itself, or null when it can. */
function obstacle(): string | null {
  if (process.platform !== 'linux') return `needs Linux, this is ${process.platform}`;
  if (!existsSync('/etc/debian_version') || !has('apt-get')) {
    return 'not Debian: install these yourself';
  }
  if (process.getuid?.() !== 0) return 'not root: install these yourself';
  return null;
}

async function install(names: readonly string[]): Promise<void> {
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const options = { env, timeoutMs: 600_000 };
  const lock = ['-o', 'DPkg::Lock::Timeout=120'];
  const ownPolicy = !existsSync(policyFile);
  // The packages' own services stay off: the stack starts what it needs, and only that.
  if (ownPolicy) await writeFile(policyFile, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    await run('apt-get', [...lock, 'update', '-qq'], options);
    const flags = ['--yes', '-qq', '--no-install-recommends'];
    await run('apt-get', [...lock, 'install', ...flags, ...names], options);
  } finally {
    if (ownPolicy) await rm(policyFile, { force: true });
  }
}

/** True when this process may make network and mount namespaces, as the engine must. */
async function mayIsolate(): Promise<boolean> {
  if (process.getuid?.() !== 0) return false;
  const tried = await run('unshare', ['--net', '--mount', 'true'], { allowFailure: true });
  return tried.exitCode === 0;
}

/**
 * Makes sure the real servers of the tests are on this machine: on Debian as root installs what is
 * missing and says so in one line, elsewhere only says what is missing, for suites to skip by name.
 *
 * @throws Error of apt-get when an installation fails
 */
export async function ensurePackages(): Promise<Packages> {
  const missing = missingPackages();
  if (missing.length > 0) {
    const reason = obstacle();
    if (reason !== null) return { available: false, missing, reason };
    process.stdout.write(`installing for the tests: ${missing.join(' ')}\n`);
    await install(missing);
  }
  const left = missingPackages();
  if (left.length > 0) return { available: false, missing: left, reason: 'not installed by apt' };
  if (!(await mayIsolate())) {
    const reason = 'an engine of our own needs root and the right to make namespaces';
    return { available: false, missing: [], reason };
  }
  return { available: true, missing: [], reason: null };
}
