/** Looking into a task: logs, commands, files. */
import assert from 'node:assert/strict';
import type { Case } from './cluster.ts';
import { readAll } from './hand.ts';
import type { Hand } from './hand.ts';
import { start } from './lifecycle.ts';

const never = new AbortController().signal;

const tail: Case = async ({ hand }) => {
  await start(hand, 'a', 'echo one; echo two; echo bad >&2');
  await hand.state('a', 'FINISHED');
  const read = (stream: 'stdout' | 'stderr', tailBytes: number) =>
    readAll(hand.session.logs('a', { stream, tailBytes, follow: false, signal: never }));
  assert.equal(await read('stdout', 1_000), 'one\ntwo\n');
  assert.equal(await read('stdout', 4), 'two\n');
  assert.equal(await read('stderr', 1_000), 'bad\n');
};

const follow: Case = async ({ hand }) => {
  await start(hand, 'a', 'echo one; sleep 0.5; echo two; sleep 0.3; echo three');
  await hand.state('a', 'RUNNING');
  const whole = await readAll(
    hand.session.logs('a', { stream: 'stdout', tailBytes: 1_000, follow: true, signal: never }),
  );
  assert.equal(whole, 'one\ntwo\nthree\n', 'to the end of the task');
};

const followAborted: Case = async ({ hand }) => {
  await start(hand, 'a', 'echo one; exec sleep 60');
  await hand.state('a', 'RUNNING');
  const signal = AbortSignal.timeout(500);
  const whole = await readAll(hand.session.logs('a', { stream: 'stdout', tailBytes: 1_000, follow: true, signal }));
  assert.equal(whole, 'one\n');
};

const execs: Case = async ({ hand }) => {
  await start(hand, 'a', 'echo here > file; exec sleep 60', { env: { COLOUR: 'blue sky' } });
  await hand.state('a', 'RUNNING');
  const { exitCode, stdout, stderr } = await hand.session.exec(
    'a',
    ['sh', '-c', 'cat - file; echo "$COLOUR"; echo oh >&2; exit 5'],
    { stdin: 'given\n' },
  );
  assert.deepEqual({ exitCode, stdout, stderr }, { exitCode: 5, stdout: 'given\nhere\nblue sky\n', stderr: 'oh\n' });
  await assert.rejects(hand.session.exec('a', ['sleep', '30'], { timeoutMs: 300 }), /300 ms/);
  await assert.rejects(hand.session.exec('never-was', ['true']));
};

const filesSeen: Case = async ({ hand }) => {
  await start(hand, 'a', 'mkdir folder; printf 0123456789 > folder/file; ln -s file folder/link; exec sleep 60');
  await hand.state('a', 'RUNNING');
  await settled(hand, 'test -L folder/link');
  const entries = await hand.session.list('a', 'folder');
  assert.deepEqual(
    entries.map(({ name, type, size }) => ({ name, type, ...(type === 'file' && { size }) })),
    [
      { name: 'file', type: 'file', size: 10 },
      { name: 'link', type: 'link' },
    ],
  );
  const read = async (path: string, offset: number, length: number) =>
    Buffer.from(await hand.session.read('a', path, { offset, length })).toString('utf8');
  assert.equal(await read('folder/file', 3, 4), '3456');
  assert.equal(await read('folder/file', 8, 100), '89');
  assert.equal(await read('folder/link', 0, 2), '01');
  await assert.rejects(read('folder/none', 0, 1), /no folder\/none/);
};

const escapes: Case = async ({ hand }) => {
  await start(hand, 'a', 'ln -s /etc/passwd out; ln -s / root; ln -s ../.. up; mkdir in; touch done; exec sleep 60');
  await hand.state('a', 'RUNNING');
  await settled(hand, 'test -e done');
  const range = { offset: 0, length: 10 };
  for (const path of ['/etc/passwd', '../x', 'in/../../x', 'out', 'root/etc/passwd', 'up/x']) {
    await assert.rejects(hand.session.read('a', path, range), `read ${path}`);
  }
  for (const path of ['..', '/', 'root', 'root/etc', 'up']) {
    await assert.rejects(hand.session.list('a', path), /leaves/, `list ${path}`);
  }
};

const settled = async (hand: Hand, condition: string): Promise<void> => {
  const script = `for i in $(seq 100); do ${condition} && exit 0; sleep 0.05; done; exit 1`;
  assert.equal((await hand.session.exec('a', ['sh', '-c', script])).exitCode, 0);
};

export const insideCases: Readonly<Record<string, Case>> = {
  'logs are read from their end': tail,
  'logs are followed to the end of the task': follow,
  'following ends with its signal': followAborted,
  'a command runs inside a task, with its input, output and exit code': execs,
  'files of a task can be listed and read': filesSeen,
  'a path that leaves the working directory is refused': escapes,
};
