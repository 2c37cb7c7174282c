import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { isAtWork } from '../../../bin/at-work.ts';
import { watchMachineWork } from '../../../bin/machine-time.ts';
import { eventually } from '../../harness/eventually.ts';

const work = watchMachineWork();

function program(text: string) {
  const child = spawn(process.execPath, ['-e', text], { stdio: ['pipe', 'ignore', 'inherit'] });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  });
  return child;
}

it('sees a question for a name, until it is given up', async () => {
  const silent = createSocket('udp4').bind(0, '127.0.0.1');
  onTestFinished(() => void silent.close());
  await once(silent, 'listening');
  const resolver = new Resolver({ tries: 1 });
  resolver.setServers([`127.0.0.1:${silent.address().port}`]);
  const asked = resolver.resolve4('nowhere.example').catch((thrown) => thrown);
  expect(work()).toMatchObject({ waits: true, works: false });
  resolver.cancel();
  expect(await asked).toMatchObject({ code: 'ECANCELLED' });
  expect(work().waits).toBe(false);
});

it('sees what a thread computes', async () => {
  const { subtle } = crypto;
  const salt = new Uint8Array(8);
  const key = await subtle.importKey('raw', salt, 'PBKDF2', false, ['deriveBits']);
  const how = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations: 50_000 };
  const derived = subtle.deriveBits(how, key, 256);
  await eventually(() => work().works, { what: 'the thread to be seen' });
  await derived;
  await eventually(() => !work().works, { what: 'the thread to be done' });
});

it('tells a program that computes from one that waits', async () => {
  const busy = program('for (;;);');
  await eventually(() => work().works, { what: 'the program to be seen computing' });
  busy.kill('SIGKILL');
  await once(busy, 'close');
  const waiting = program('process.stdin.resume()');
  const seen = () => waiting.pid !== undefined && !isAtWork(waiting.pid) && work().waits;
  await eventually(() => seen() && !work().works, { what: 'the program to be seen waiting' });
  waiting.stdin?.end();
  await once(waiting, 'close');
  await eventually(() => !work().waits, { what: 'the program to be gone' });
});

it('sees a question on any connection, however it was opened, until it is answered', async () => {
  const server = createServer((socket) => {
    socket.on('data', () => undefined);
    server.once('answer', () => socket.write('yes'));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  onTestFinished(() => {
    socket.destroy();
    server.close();
  });
  socket.write('well?');
  expect(work()).toMatchObject({ moved: true, waits: true });
  await once(socket, 'connect');
  await eventually(() => !work().moved && work().waits, { what: 'the question to be asked' });
  const heard = once(socket, 'data');
  await eventually(() => server.emit('answer'), { what: 'the server to be connected' });
  await heard;
  expect(work()).toMatchObject({ moved: true, waits: false });
});
