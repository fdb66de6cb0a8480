/** What an operator says of an agent. */
import assert from 'node:assert/strict';
import type { Offer } from '@warder/core';
import type { AgentOrder, Engine } from '../engine.ts';
import { service } from './cluster.ts';
import type { Case, World } from './cluster.ts';
import { firstOffer, launchIn, reserve, takeHand, task } from './hand.ts';
import type { Hand } from './hand.ts';

const takes = ({ engine, context }: World, ...orders: readonly AgentOrder[]): boolean => {
  const missing = orders.find((order) => engine.capabilities.agentOrders?.includes(order) !== true);
  if (missing === undefined) return true;
  context.skip(`the engine takes no ${missing} of an agent`);
  return false;
};

const say = async (engine: Engine, agentId: string, order: AgentOrder): Promise<void> => {
  const said = engine.setAgent?.(agentId, order);
  assert.ok(said, 'an engine that declares orders takes them');
  await said;
};

const offered = (hand: Hand, what: string, matches: (offer: Offer) => boolean) =>
  hand.until(what, (event): event is typeof event => event.type === 'offer' && matches(event.offer));

const refused = async (hand: Hand, operationId: string, reservation: ReturnType<typeof reserve>): Promise<string> => {
  hand.session.launch({ operationId, reservation, tasks: [task(`of-${operationId}`, 'exec sleep 60')] });
  const { ok, reason } = await hand.operation(operationId);
  assert.equal(ok, false);
  return reason ?? '';
};

const cordoned: Case = async (world) => {
  if (!takes(world, 'cordon', 'uncordon')) return;
  const { hand, engine, reopen } = world;
  const offer = firstOffer(hand);
  const { agentId } = offer;
  const held = reserve(offer, 'held');
  await launchIn(hand, held, task('a', 'exec sleep 60'));
  await hand.state('a', 'RUNNING');
  await say(engine, agentId, 'cordon');
  await offered(hand, 'a cordoned offer', ({ maintenance }) => maintenance === 'cordoned');
  assert.match(await refused(hand, 'new', reserve(offer, 'new')), /cordoned/);
  hand.session.kill('a', 0);
  await hand.state('a', 'KILLED');
  await launchIn(hand, held, task('b', 'exec sleep 60'));
  await hand.state('b', 'RUNNING');
  await engine.close();
  const again = await reopen();
  assert.equal(again.agents().find((view) => view.offer.agentId === agentId)?.offer.maintenance, 'cordoned');
  await say(again, agentId, 'uncordon');
  const second = await takeHand(again, service);
  await offered(second, 'an offer as before', ({ maintenance }) => maintenance === undefined);
  await launchIn(second, reserve(offer, 'new'), task('c', 'exec sleep 60'));
};

const drained: Case = async (world) => {
  if (!takes(world, 'drain', 'uncordon')) return;
  const { hand, engine } = world;
  const offer = firstOffer(hand);
  const held = reserve(offer, 'held');
  await launchIn(hand, held, task('a', 'exec sleep 60'));
  await hand.state('a', 'RUNNING');
  await say(engine, offer.agentId, 'drain');
  await offered(hand, 'a drained offer', ({ maintenance }) => maintenance === 'drained');
  // The engine stops nothing by itself: that is the plan's, with its gates.
  assert.equal((await hand.session.exec('a', ['true'])).exitCode, 0);
  hand.session.kill('a', 0);
  await hand.state('a', 'KILLED');
  assert.match(await refused(hand, 'again', held), /drained/);
  await say(engine, offer.agentId, 'uncordon');
  await launchIn(hand, held, task('b', 'exec sleep 60'));
};

const gone: Case = async (world) => {
  if (!takes(world, 'gone', 'cordon')) return;
  const { hand, engine, reopen } = world;
  const offer = firstOffer(hand);
  const held = reserve(offer, 'held', { volume: true });
  await launchIn(hand, held, task('a', 'exec sleep 60'));
  await hand.state('a', 'RUNNING');
  await say(engine, offer.agentId, 'gone');
  await hand.state('a', 'GONE');
  await offered(hand, 'an offer that says so', ({ state }) => state === 'gone');
  hand.session.release('release', held);
  assert.equal((await hand.operation('release')).ok, true, 'nothing is left to release');
  assert.match(await refused(hand, 'again', held), /gone/);
  await assert.rejects(() => say(engine, offer.agentId, 'cordon'), /is gone/);
  await say(engine, offer.agentId, 'gone');
  await engine.close();
  const again = await reopen();
  const second = await takeHand(again, service);
  second.session.reconcile(['a'], []);
  await second.state('a', 'GONE');
  assert.equal(again.agents().find((view) => view.offer.agentId === offer.agentId)?.offer.state, 'gone');
};

const unknown: Case = async (world) => {
  if (!takes(world, 'cordon')) return;
  await assert.rejects(() => say(world.engine, 'never-was', 'cordon'), { code: 'engine-agent-unknown' });
};

export const agentCases: Readonly<Record<string, Case>> = {
  'a cordoned agent takes nothing new, and stays so when the engine is opened again': cordoned,
  'a drained agent starts nothing, and stops nothing by itself': drained,
  'a gone agent has lost its tasks, and releases of what was on it succeed': gone,
  'nothing can be said of an agent that there is not': unknown,
};
