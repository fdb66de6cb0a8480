/** Names that tasks find each other by. */
import assert from 'node:assert/strict';
import type { Case, World } from './cluster.ts';
import { ask, askUntil, firstOffer, launchIn, reserve, takeHand, task } from './hand.ts';

const hasNames = ({ engine, context }: World): boolean => {
  if (engine.capabilities.hostnames === true) return true;
  context.skip('the engine has no names for tasks');
  return false;
};

const lookUp = (name: string): string => `getent hosts ${name} || echo nobody`;

const found: Case = async (world) => {
  if (!hasNames(world)) return;
  const { hand, engine } = world;
  const offer = firstOffer(hand);
  const elsewhere = await takeHand(engine, 'other/service');
  await launchIn(hand, reserve(offer, 'looker'), task('looks', 'exec sleep 60'));
  await launchIn(elsewhere, reserve(offer, 'stranger'), task('stranger', 'exec sleep 60'));
  await hand.state('looks', 'RUNNING');
  await elsewhere.state('stranger', 'RUNNING');
  assert.equal((await ask(hand, 'looks', lookUp('db-0-server.suite.host'))).out, 'nobody');
  const hostnames = ['db-0-server.suite.host', 'db-0.suite.host'];
  await launchIn(hand, reserve(offer, 'db'), task('db', 'exec sleep 60', { hostnames }));
  await hand.state('db', 'RUNNING');
  const isIt = new RegExp(`^${offer.address.replaceAll('.', '\\.')}\\s`);
  for (const name of hostnames) {
    await askUntil(hand, 'looks', lookUp(name), isIt);
    await askUntil(elsewhere, 'stranger', lookUp(name), isIt);
    await askUntil(hand, 'db', lookUp(name), isIt);
  }
  hand.session.kill('db', 0);
  await hand.state('db', 'KILLED');
  await askUntil(hand, 'looks', lookUp('db-0.suite.host'), /^nobody$/);
};

const ofVips: Case = async (world) => {
  if (!hasNames(world) || !world.engine.capabilities.vips) return;
  const { hand } = world;
  const vips = [{ prefix: 'web', port: 80, backendPort: 20_777, hostname: 'web.suite.vip' }];
  await launchIn(hand, reserve(firstOffer(hand), 'r'), task('a', 'exec sleep 60', { vips }));
  await hand.state('a', 'RUNNING');
  const [vip] = hand.session.vips();
  assert.ok(vip);
  await askUntil(hand, 'a', lookUp('web.suite.vip'), new RegExp(`^${vip.address}\\s`));
};

const noLines: Case = async (world) => {
  if (!hasNames(world)) return;
  const { hand } = world;
  const tasks = [task('a', 'exec sleep 60', { hostnames: ['good.host', 'bad\n10.0.0.1 bank'] })];
  hand.session.launch({ operationId: 'o', reservation: reserve(firstOffer(hand), 'r'), tasks });
  const { ok, reason } = await hand.operation('o');
  assert.equal(ok, false);
  assert.match(reason ?? '', /is no host name/);
};

export const nameCases: Readonly<Record<string, Case>> = {
  'a task is found by its names while it lives, by every service': found,
  'a VIP is found by its name': ofVips,
  'a name that is none is refused': noLines,
};
