import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

// A package registry that knows what is installed in a checkout and nothing else, so that a real npm can
// install without a network.

interface LockedPackage {
  readonly version: string;
  readonly link?: boolean;
}

/** What the registry says of one version. */
type Manifest = Readonly<Record<string, unknown>>;

interface Known {
  readonly version: string;
  /** Folder the package is installed in; it may be missing, if it is for another machine. */
  readonly folder: string;
  readonly manifest: Manifest;
}

function knownPackages(root: string): Map<string, Known[]> {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<Record<string, LockedPackage>>;
  };
  const known = new Map<string, Known[]>();
  for (const [path, entry] of Object.entries(lock.packages)) {
    const name = path.split('node_modules/').at(-1) ?? '';
    if (name === '' || entry.link === true) continue;
    const { version, ...manifest } = entry;
    const folder = join(root, path);
    known.set(name, [...(known.get(name) ?? []), { version, folder, manifest }]);
  }
  return known;
}

function answer(
  response: ServerResponse,
  url: string,
  name: string,
  found: readonly Known[],
): void {
  const versions = found.map(({ version, manifest }) => {
    const tarball = `${url}/${name}/-/${version}.tar`;
    return [version, { ...manifest, name, version, dist: { tarball } }];
  });
  const latest = found.at(-1)?.version;
  response.setHeader('content-type', 'application/json');
  response.end(
    JSON.stringify({ name, 'dist-tags': { latest }, versions: Object.fromEntries(versions) }),
  );
}

/** Sends a package's folder as npm packs one: everything below `package/`. */
function sendFolder(response: ServerResponse, folder: string): void {
  const args = ['--create', '--directory', folder, '--exclude', './node_modules'];
  const tar = spawn('tar', [...args, '--transform', 's,^\\.,package,', '.'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  tar.stdout.pipe(response);
}

/**
 * Serves the packages installed in a checkout for the running test.
 *
 * @param root folder of the checkout
 * @returns the address for `npm --registry`
 */
export async function serveInstalledPackages(root: string): Promise<string> {
  const known = knownPackages(root);
  const server = createServer((request, response) => {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const [name = '', version] = decodeURIComponent(request.url ?? '/')
      .slice(1)
      .split('/-/');
    const found = known.get(name) ?? [];
    if (version === undefined && found.length > 0) {
      answer(response, url, name, found);
      return;
    }
    const one = found.find((each) => `${each.version}.tar` === version);
    if (one !== undefined) {
      sendFolder(response, one.folder);
      return;
    }
    response.statusCode = 404;
    response.end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
