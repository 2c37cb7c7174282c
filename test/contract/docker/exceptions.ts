const SHELL = 'a command in a simulated container is one the world knows: there is no shell';
const FILES = 'a simulated container has no file system of its own, only folders of the project';

/** What of these suites the simulated engine does not honour: a test's name, and why. */
export const EXCEPTIONS: Readonly<Record<string, string>> = {
  'docker.exec streams the output and keeps it; another exit code is a failure': SHELL,
  'docker.exec that has not ended in its time says that it may still run':
    'a command in a simulated container ends at once',
  'compose.scale makes further containers of services that have a container_name':
    'the test looks at addresses and at a file in a container, and there is neither',
  'docker.prune shows what goes, removes exactly that, and leaves what is used': `${FILES}, of which docker commit could make an image`,
  'docker.disk tells what nobody uses': `${FILES}, of which docker commit could make an image`,
  'docker.file tells whether a file is there, running or not, without running anything': FILES,
  'docker.port-holder finds a container on the network of the host by what its processes hold':
    'it is found by the processes of this host, of which a simulated container has none',
};
