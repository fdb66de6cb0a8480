import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTestServer, refusal, runLauncher } from '../test-server.ts';

const agent = (agentId: string, change: object = {}) => ({
  offer: {
    agentId,
    hostname: agentId,
    address: '127.0.0.1',
    attributes: { zone: 'west' },
    state: 'up',
    cpus: 1.25,
    memoryMiB: 512,
    diskMiB: 100,
    ports: [],
    ...change,
  },
  total: { cpus: 4, memoryMiB: 1024, diskMiB: 1000 },
});
const answer = (message: string) => () => ({
  body: { message, instances: [{ service: 'kafka', instance: 'broker-1' }] },
});

test('agents: what is free on them, and what an operator says of them', async () => {
  await using server = await openTestServer({
    'GET /v1/agents': () => ({ body: [agent('agent-0'), agent('agent-1', { maintenance: 'drained' })] }),
    'POST /v1/agents/agent-1/drain': answer('agent-1 is being drained'),
    'POST /v1/agents/agent-1/gone': answer('agent-1 is gone for good'),
    'POST /v1/agents/agent-1/down': () => refusal(409, 'agent-order-refused', 'the x engine cannot down an agent'),
  });
  const listed = await runLauncher(['agent', 'list'], server);
  assert.match(
    listed.stdout,
    /\nagent-0 +up +127\.0\.0\.1 +1\.25\/4 +512\/1024 +100\/1000 +zone=west\nagent-1 +drained/,
  );
  const drained = await runLauncher(['agent', 'drain', 'agent-1'], server);
  assert.equal(drained.stdout, 'agent-1 is being drained\n  kafka has broker-1 there\n');
  const asks = await runLauncher(['agent', 'gone', 'agent-1'], server);
  assert.deepEqual([asks.code, /add --yes/.test(asks.stderr)], [2, true], 'nobody is there to type its name');
  assert.equal(server.asked.filter(({ path }) => path.endsWith('/gone')).length, 0);
  assert.equal((await runLauncher(['agent', 'gone', 'agent-1', '--yes'], server)).code, 0);
  assert.equal((await runLauncher(['agent', 'down', 'agent-1'], server)).code, 4);
});
