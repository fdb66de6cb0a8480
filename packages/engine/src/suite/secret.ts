/** Values that only the task gets to see. */
import assert from 'node:assert/strict';
import type { EngineSecret } from '../engine.ts';
import { can, service } from './cluster.ts';
import type { Case } from './cluster.ts';
import { ask, firstOffer, launchIn, reserve, takeHand, task } from './hand.ts';

const secrets: readonly EngineSecret[] = [
  { envKey: 'PASSWORD', file: 'keys/password', value: Buffer.from('open sesame') },
  { file: 'binary', value: Uint8Array.of(0, 255, 10) },
];

const given: Case = async (world) => {
  if (!can(world, 'secrets')) return;
  const { hand } = world;
  // Checks see it too.
  const readiness = { cmd: 'test "$PASSWORD" = "open sesame"', intervalMs: 50, timeoutMs: 2_000, delayMs: 0 };
  await launchIn(hand, reserve(firstOffer(hand), 'r'), task('a', 'exec sleep 60', { secrets, readiness }));
  await hand.status('a', ({ ready }) => ready, 'ready');
  assert.equal((await ask(hand, 'a', 'echo "$PASSWORD"')).out, 'open sesame');
  assert.equal((await ask(hand, 'a', 'cat keys/password')).out, 'open sesame');
  assert.equal((await ask(hand, 'a', 'od -An -tu1 binary')).out.replaceAll(/\s+/g, ' '), '0 255 10');
  assert.equal((await ask(hand, 'a', 'stat -Lc "%a %u" binary')).out, `600 ${(await ask(hand, 'a', 'id -u')).out}`);
};

const notShown: Case = async (world) => {
  if (!can(world, 'secrets')) return;
  const { hand } = world;
  await launchIn(hand, reserve(firstOffer(hand), 'r'), task('a', 'exec sleep 60', { secrets }));
  await hand.state('a', 'RUNNING');
  const read = hand.session.read('a', 'keys/password', { offset: 0, length: 100 });
  const seen = await read.then((bytes) => Buffer.from(bytes).toString('utf8')).catch(() => 'refused');
  assert.doesNotMatch(seen, /sesame/);
};

const kept: Case = async (world) => {
  if (!can(world, 'secrets')) return;
  const { hand, engine, reopen } = world;
  const reservation = reserve(firstOffer(hand), 'r');
  await launchIn(hand, reservation, task('a', 'exec sleep 60', { secrets }));
  await hand.state('a', 'RUNNING');
  await engine.close();
  const second = await takeHand(await reopen(), service);
  second.session.reconcile(['a'], [reservation.id]);
  await second.state('a', 'RUNNING');
  assert.equal((await ask(second, 'a', 'cat keys/password; echo "$PASSWORD"')).out, 'open sesameopen sesame');
};

const tooMuch: Case = async (world) => {
  if (!can(world, 'secrets')) return;
  const { hand } = world;
  const reservation = reserve(firstOffer(hand), 'r');
  const refused = async (operationId: string, secret: EngineSecret): Promise<string> => {
    const tasks = [task(operationId, 'exec sleep 60', { secrets: [secret] })];
    hand.session.launch({ operationId, reservation, tasks });
    return (await hand.operation(operationId)).reason ?? '';
  };
  assert.match(await refused('a', { file: 'big', value: new Uint8Array(5 << 20) }), /larger/);
  assert.match(await refused('b', { file: 'x', envKey: 'ZERO', value: Uint8Array.of(1, 0, 1) }), /ZERO/);
  assert.match(await refused('c', { file: '../out', value: Uint8Array.of(1) }), /not inside/);
};

export const secretCases: Readonly<Record<string, Case>> = {
  'a task has its secrets as variables and as files of its own': given,
  'whoever looks into the working directory does not see secrets': notShown,
  'a task keeps its secrets when the engine is opened again': kept,
  'secrets that cannot be given are refused': tooMuch,
};
