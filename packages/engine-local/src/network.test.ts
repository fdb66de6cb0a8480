/** Several agents on one machine: their networks, VIPs in front of their tasks, and the loss of one. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import type { Offer } from '@warder/core';
import type { EngineTask } from '@warder/engine';
import { reserve, takeHand, task } from '@warder/engine/suite';
import type { Hand } from '@warder/engine/suite';
import { openHome } from './home.ts';
import { probeJail } from './host/probe.ts';
import { openCluster } from './testing.ts';
import type { LocalEngineOptions } from './local-engine.ts';

const host = await probeJail();
const jailSkip =
  host.runtime === undefined || host.ip === undefined ? 'needs Linux, root, runc or crun, and ip' : false;

/** Answers its name to whoever connects. */
const server = (name: string, port: number): string => `exec python3 -c '
import socket
s = socket.create_server(("", ${port}))
while True:
    c, _ = s.accept()
    c.sendall(b"${name}")
    c.close()'`;

const open = async (t: TestContext, options: Omit<LocalEngineOptions, 'home' | 'log'>) => {
  const cluster = await openCluster(options);
  t.after(() => cluster.destroy());
  return { ...cluster, hand: await takeHand(cluster.engine, 'net') };
};

const launchOn = async (hand: Hand, offer: Offer, id: string, port: number, rest: Partial<EngineTask> = {}) => {
  const reservation = reserve(offer, `r-${id}`, { ports: { web: port } });
  hand.session.launch({ operationId: `o-${id}`, reservation, tasks: [task(id, server(id, port), rest)] });
  const { ok, reason } = await hand.operation(`o-${id}`);
  assert.equal(ok, true, reason ?? 'launched');
  return reservation;
};

const listening = (port: number) => ({
  readiness: {
    cmd: `python3 -c 'import socket; socket.create_connection(("127.0.0.1", ${port}), 1)'`,
    intervalMs: 50,
    timeoutMs: 2_000,
    delayMs: 0,
  },
});

const ask = (address: string, port: number, timeoutMs = 2_000): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect({ host: address, port });
    let heard = '';
    const timer = setTimeout(() => socket.destroy(), timeoutMs);
    socket.on('data', (chunk: Buffer) => {
      heard += chunk.toString('utf8');
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      clearTimeout(timer);
      resolve(heard);
    });
  });

const ready = (hand: Hand, id: string) => hand.status(id, (status) => status.ready, 'ready');

describe('three agents with networks of their own', { skip: jailSkip, concurrency: 2 }, () => {
  test('have the same port each, are reached from the host, and reach each other', async (t) => {
    const { hand, home } = await open(t, { agents: 3 });
    const offers = hand.offers();
    assert.equal(new Set(offers.map((offer) => offer.address)).size, 3);
    assert.deepEqual(
      offers.map((offer) => offer.attributes['zone']),
      ['zone-0', 'zone-1', 'zone-2'],
    );
    for (const offer of offers) await launchOn(hand, offer, `t-${offer.agentId}`, 8000, listening(8000));
    for (const offer of offers) {
      await ready(hand, `t-${offer.agentId}`);
      assert.equal(await ask(offer.address, 8000), `t-${offer.agentId}`);
    }
    const [one, other] = offers;
    assert.ok(one && other);
    const script = `import socket; print(socket.create_connection(("${other.address}", 8000), 2).recv(100).decode())`;
    const { stdout } = await hand.session.exec(`t-${one.agentId}`, ['python3', '-c', script]);
    assert.equal(stdout, `t-${other.agentId}\n`);

    for (const offer of offers) hand.session.kill(`t-${offer.agentId}`, 0);
    for (const offer of offers) {
      await hand.state(`t-${offer.agentId}`, 'KILLED');
      hand.session.release(`x-${offer.agentId}`, reserve(offer, `r-t-${offer.agentId}`));
      assert.equal((await hand.operation(`x-${offer.agentId}`)).ok, true);
    }
    assert.ok(existsSync(`/run/netns/warder-${openHome(home).hash}-0`));
    await hand.session.purge();
    assert.equal(existsSync(`/run/netns/warder-${openHome(home).hash}-0`), false, 'a purge leaves no network');
  });

  test('one that is down is not heard and not reached, and comes back as it was', async (t) => {
    const { hand, engine } = await open(t, { agents: 2 });
    const [offer] = hand.offers();
    assert.ok(offer);
    await launchOn(hand, offer, 'a', 8000, listening(8000));
    await ready(hand, 'a');
    hand.forget();
    await engine.setAgent(offer.agentId, 'down');
    await hand.until(
      'the loss',
      (event): event is typeof event => event.type === 'offer' && event.offer.state === 'down',
    );
    assert.equal(await ask(offer.address, 8000, 500), '');
    hand.session.reconcile(['a'], ['r-a']);
    await hand.state('a', 'UNREACHABLE');
    hand.session.launch({ operationId: 'no', reservation: reserve(offer, 'r-b'), tasks: [] });
    assert.match((await hand.operation('no')).reason ?? '', /is down/);
    hand.session.release('no-2', reserve(offer, 'r-a'));
    assert.equal((await hand.operation('no-2')).ok, false);
    await assert.rejects(hand.session.exec('a', ['true']), /down/);
    hand.forget();
    await engine.setAgent(offer.agentId, 'up');
    assert.equal((await hand.state('a', 'RUNNING')).ready, true);
    assert.equal(await ask(offer.address, 8000), 'a');
  });
});

test('an agent that is gone takes its tasks, volumes and reservations with it', async (t) => {
  const { hand, engine } = await open(t, { agents: 2, isolation: host.runtime === undefined ? 'process' : 'jail' });
  const [offer] = hand.offers();
  assert.ok(offer);
  const before = offer.memoryMiB;
  hand.session.launch({
    operationId: 'o',
    reservation: reserve(offer, 'r', { volume: true }),
    tasks: [task('a', 'exec sleep 60')],
  });
  await hand.state('a', 'RUNNING');
  hand.forget();
  await engine.setAgent(offer.agentId, 'gone');
  await hand.state('a', 'GONE');
  await hand.until('the end', (event): event is typeof event => event.type === 'offer' && event.offer.state === 'gone');
  hand.session.release('x', reserve(offer, 'r'));
  assert.equal((await hand.operation('x')).ok, true);
  hand.forget();
  await engine.setAgent(offer.agentId, 'up');
  await hand.until(
    'a new machine',
    (event): event is typeof event => event.type === 'offer' && event.offer.memoryMiB === before,
  );
});

for (const agents of [1, 2]) {
  const skip = agents === 1 ? (host.linux ? false : 'needs Linux: elsewhere there is one loopback address') : jailSkip;
  test(`a VIP leads to those that are ready and healthy (${agents} agents)`, { skip }, async (t) => {
    const { hand, engine, reopen } = await open(t, { agents });
    const offers = hand.offers();
    const [one, other = one] = offers;
    assert.ok(one && other);
    const vips = (port: number) => [{ prefix: 'web', port: 80, backendPort: port }];
    const health = {
      cmd: 'test ! -e ill',
      intervalMs: 50,
      timeoutMs: 1_000,
      delayMs: 0,
      graceMs: 0,
      failuresMax: 1_000,
    };
    const never = { readiness: { cmd: 'false', intervalMs: 1_000, timeoutMs: 1_000, delayMs: 0 } };
    await launchOn(hand, one, 'a', 20_501, { ...listening(20_501), vips: vips(20_501), health });
    await launchOn(hand, other, 'b', 20_502, { ...listening(20_502), vips: vips(20_502) });
    await launchOn(hand, other, 'c', 20_503, { ...never, vips: vips(20_503) });
    await ready(hand, 'a');
    await ready(hand, 'b');
    await hand.status('a', (status) => status.healthy === true, 'healthy');
    const [vip] = hand.session.vips();
    assert.ok(vip !== undefined && vip.port === 80);
    assert.equal(vip.backends.length, 3);
    assert.equal(vip.backends.filter((each) => each.healthy).length, 2);
    const four = async () =>
      new Set([
        await ask(vip.address, 80),
        await ask(vip.address, 80),
        await ask(vip.address, 80),
        await ask(vip.address, 80),
      ]);
    assert.deepEqual([...(await four())].toSorted(), ['a', 'b']);
    const script = `import socket; print(socket.create_connection(("${vip.address}", 80), 2).recv(100).decode())`;
    assert.match((await hand.session.exec('b', ['python3', '-c', script])).stdout, /^[ab]\n$/, 'tasks reach it too');
    await hand.session.exec('a', ['touch', 'ill']);
    await hand.status('a', (status) => status.healthy === false, 'ill');
    assert.deepEqual(await four(), new Set(['b']));

    await engine.close();
    const again = await takeHand(await reopen(), 'net');
    const [same] = again.session.vips();
    assert.equal(same?.address, vip.address, 'the address stays');
    assert.equal(await ask(vip.address, 80), 'b');
  });
}
