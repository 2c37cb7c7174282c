/**
 * The text of a tool on the private PATH: it sends its name, its arguments and its folder to the simulator,
 * and writes what comes back. One script serves for all of them.
 *
 * @param node the Node that runs it
 * @param socketPath the simulator's own socket
 */
export function shimScript(node: string, socketPath: string): string {
  return `#!${node}
const { connect } = require('node:net');
const { basename } = require('node:path');
const { createInterface } = require('node:readline');
const { argv: [, self, ...rest] } = process;
const words = [basename(self), ...rest];
const socket = connect(${JSON.stringify(socketPath)});
socket.on('error', (error) => {
  process.stderr.write(words[0] + ': the simulated region is gone: ' + error.message + '\\n');
  process.exit(1);
});
socket.write(JSON.stringify({ ask: 'tool', words, folder: process.cwd() }) + '\\n');
createInterface({ input: socket }).on('line', (line) => {
  const told = JSON.parse(line);
  if (told.out !== undefined) process.stdout.write(told.out + '\\n');
  if (told.err !== undefined) process.stderr.write(told.err + '\\n');
  if (told.error !== undefined) process.stderr.write(told.error + '\\n');
  if (told.done !== undefined) {
    process.exitCode = told.done;
    socket.end();
  }
});
`;
}
