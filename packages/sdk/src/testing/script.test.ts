import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { expect, script, send } from './index.ts';

const hello = { package: fileURLToPath(new URL('../../../../services/hello', import.meta.url)) };
const two = send.configure({ hello: { count: 2 } });

test('a package is installed, updated, recovered and uninstalled', async () => {
  await script(hello)
    .send(two)
    .expect(expect.answer('ok'), expect.launched('hello-0-server', 'hello-1-server'), expect.plan('deploy', 'COMPLETE'))
    .expect(expect.env('hello-1-server', { POD_INSTANCE_INDEX: '1' }))
    .send(send.configure({ hello: { greeting: 'good day' } }))
    .expect(expect.killed('hello-0-server', 'hello-1-server'), expect.launched('hello-0-server', 'hello-1-server'))
    .expect(expect.env('hello-0-server', { GREETING: 'good day' }), expect.samePlace('hello-0'))
    .send(send.configure({ hello: { greeting: 'good day' } }))
    .expect(expect.noAction())
    .send(send.fails('hello-1-server'), send.time('1 min'))
    .expect(expect.launched('hello-1-server'), expect.samePlace('hello-1'), expect.plan('recovery', 'COMPLETE'))
    .send(send.replacePod('hello-0'))
    .expect(expect.released('hello-0'), expect.newPlace('hello-0'))
    .send(send.uninstall())
    .expect(expect.gone())
    .run();
});

test('tasks by hand: a step waits for what the script does not say, also after the server restarts', async () => {
  await script(hello, { byHand: true, agents: 1 })
    .send(two)
    .expect(expect.launched('hello-0-server'), expect.step('deploy', 'hello-0', 'STARTING'))
    .send(send.time('1 h'))
    .expect(expect.noAction())
    .send(send.runs('hello-0-server'))
    .expect(expect.noAction(), expect.step('deploy', 'hello-0', 'STARTED', 'ready'))
    .send(send.serverRestarts())
    .expect(expect.noAction(), expect.step('deploy', 'hello-0', 'STARTED'))
    .send(send.ready('hello-0-server'))
    .expect(expect.launched('hello-1-server'))
    .send(send.fails('hello-1-server', { code: 7, message: 'no disk' }))
    .expect(expect.launched('hello-1-server'))
    .send(send.time('1 s'), send.fails('hello-1-server', { code: 7, message: 'no disk' }))
    .expect(expect.noAction(), expect.step('deploy', 'hello-1', 'DELAYED', /7/))
    .run();
});

test('an agent that is lost is waited for; of one that is gone, everything is made anew elsewhere', async () => {
  await script(hello, { agents: [{ id: 'a', cpus: 8 }] })
    .send(two)
    .expect(expect.plan('deploy', 'COMPLETE'))
    .send(send.agentLost('a'), send.time('10 min'))
    .expect(expect.noAction())
    .send(send.agentGone('a'))
    .expect(expect.noAction())
    .send(send.agentUp('b'))
    .expect(expect.launched('hello-0-server', 'hello-1-server'), expect.newPlace('hello-1'))
    .run();
});

test('what is not so is told, with what happened and how the runs are', async () => {
  const wrong = script(hello).send(two).expect(expect.launched('hello-0-server')).run();
  await assert.rejects(wrong, (error: Error) => {
    assert.match(error.message, /^line 2 of the script: expect launched hello-0-server$/m);
    assert.match(error.message, /^instead: hello-0-server, hello-1-server$/m);
    assert.match(error.message, /^ {2}0.0 s {2}launch hello-1-server on agent-\d$/m);
    assert.match(error.message, /^ {2}deploy \(run-\d+\) COMPLETE, ended: /m);
    return true;
  });
});

test('every expectation can fail', async () => {
  const wrongs = [
    expect.killed('hello-0-server'),
    expect.released('hello-0'),
    expect.noAction(),
    expect.plan('deploy', 'PENDING'),
    expect.plan('update', 'COMPLETE'),
    expect.runs('deploy', 2),
    expect.steps('deploy', 'hello-0:[server]'),
    expect.step('deploy', 'hello-0', 'STARTED'),
    expect.step('deploy', 'other', 'COMPLETE'),
    expect.cause('deploy', 'nobody knows'),
    expect.answer('busy'),
    expect.answer('ok', 'is late'),
    expect.env('hello-0-server', { GREETING: 'bye' }),
    expect.env('hello-9-server', {}),
    expect.file('hello-0-server', 'hello.properties', ''),
    expect.samePlace('hello-0'),
    expect.newPlace('hello-0'),
    expect.detector('none', { on: true }),
    expect.metric('none', 1),
    expect.endpoint('none', 'x'),
    expect.gone(),
    expect.that('it has no instances', (service) => service?.instances.length === 0),
  ];
  for (const wrong of wrongs) {
    await assert.rejects(script(hello).send(two).expect(wrong).run(), { name: 'AssertionError' }, wrong.text);
  }
});

test('a script that cannot go on says where', async () => {
  const options = send.configure({ hello: { count: 'many' } });
  await assert.rejects(script(hello).send(options).run(), /line 1 of the script: send configure[^]*instead: .*count/);
  await assert.rejects(script(hello).send(send.ready('x-0-y')).run(), /instead: no task x-0-y was launched/);
  await assert.rejects(script({ package: '/nowhere' }).run(), /package.yml/);
});
