import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { expect, script, send } from '@warder/sdk/testing';
import { journalCode } from '../src/code.ts';

const folder = fileURLToPath(new URL('..', import.meta.url));

/** Nodes without machines: what each has, by its name. */
function nodes() {
  const lines = new Map<string, readonly string[]>();
  const code = journalCode({
    read: async ({ name }) => lines.get(name) ?? [],
    write: async ({ name }, next) => void lines.set(name, next),
  });
  const have = (name: string, count: number) =>
    send.that(`${name} has ${count} lines`, () => {
      lines.set(
        name,
        Array.from({ length: count }, (_, at) => `line ${at}`),
      );
    });
  return { source: { package: folder, code }, have };
}

test('an update waits until the others are in step', async () => {
  const { source, have } = nodes();
  await script(source)
    .send(send.configure())
    .expect(expect.launched('node-0-server', 'node-1-server', 'node-2-server'), expect.plan('deploy', 'COMPLETE'))
    .send(have('node-0', 5), have('node-1', 5), have('node-2', 4), send.restartPod('node-0'))
    .expect(expect.noAction(), expect.step('restart', 'node-0', 'WAITING', 'node-2 has 4 of 5 lines'))
    .send(have('node-2', 5), send.time('2 s'))
    .expect(expect.killed('node-0-server'), expect.launched('node-0-server'), expect.samePlace('node-0'))
    .expect(expect.plan('restart', 'COMPLETE'))
    .run();
});

test('a replaced node gets the lines of another one, and its run ends only then', async () => {
  const { source, have } = nodes();
  await script(source)
    .send(send.configure(), have('node-0', 5), have('node-1', 5), have('node-2', 5))
    .send(have('node-1', 0), send.replacePod('node-1'))
    .expect(expect.launched('node-1-server'), expect.newPlace('node-1'))
    .expect(expect.metric('journal_lines', 5, { instance: 'node-1' }))
    .expect(expect.step('replace', 'node-1:in-step', 'WAITING', '5 of 5 lines'))
    .send(send.time('10 s'))
    .expect(expect.plan('replace', 'COMPLETE'))
    .run();
});

test('a node that lost its lines gets them back by itself, once', async () => {
  const { source, have } = nodes();
  await script(source)
    .send(send.configure(), have('node-0', 5), have('node-1', 5), have('node-2', 0))
    .send(send.fails('node-2-server', { code: 3 }), send.time('1 min'))
    .expect(expect.runs('restore', 1), expect.cause('restore', 'reaction corrupt: node-2 has lost its lines'))
    .expect(expect.metric('journal_lines', 5, { instance: 'node-2' }))
    .send(send.serverRestarts(), send.time('1 h'))
    .expect(expect.runs('restore', 1))
    .run();
});

test('too many lines for ten minutes: Warder proposes to drop some, and waits for a yes', async () => {
  const { source, have } = nodes();
  await script(source)
    .send(send.configure({ nodes: 2, lines_max: 10 }), have('node-0', 20), have('node-1', 20), send.time('9 min'))
    .expect(expect.runs('compact', 0), expect.detector('too-long', { on: true }))
    .send(send.time('5 min'))
    .expect(expect.steps('compact', 'approve', 'node-0:shorten', 'node-1:shorten'))
    .expect(expect.step('compact', 'approve', 'WAITING', '20 lines of at most 10'))
    .send(send.approve('compact'))
    .expect(expect.plan('compact', 'COMPLETE'), expect.metric('journal_lines', 5, { instance: 'node-0' }))
    .run();
});

test('what makes no sense is refused, and begins nothing', async () => {
  const { source } = nodes();
  await script(source)
    .send(send.configure(), send.start('compact', { KEEP: 'all' }))
    .expect(expect.answer('keep-invalid', 'KEEP is a whole number from 1'))
    .send(send.configure({ nodes: 2 }))
    .expect(expect.answer('config-refused', 'a journal keeps its nodes'), expect.noAction())
    .run();
});
