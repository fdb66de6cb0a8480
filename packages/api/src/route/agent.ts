import type { AgentOrder, AgentView } from '@warder/engine';
import { z } from 'zod';
import { ApiFailure } from '../failure.ts';
import type { Host } from '../host.ts';
import { nextAfterUnknown } from '../nearest.ts';
import { ok, route } from '../route.ts';
import { instancesOn } from '../view/agent.ts';

const orders: Readonly<Record<AgentOrder, readonly [summary: string, done: string]>> = {
  cordon: ['Place nothing new on an agent', 'takes nothing new; what runs there goes on'],
  drain: [
    'Stop what runs on an agent, when its gates allow, and place nothing new there',
    'is being drained: what runs there stops when its gates allow',
  ],
  uncordon: ['The end of cordon and drain', 'is used again'],
  gone: ['An agent never comes back: its volumes are lost', 'is gone for good: what was on it is lost'],
  down: ['Practise the loss of an agent', 'is down'],
  up: ['The end of down; after gone, a new and empty agent in its place', 'is up'],
};

const affected = z
  .object({ service: z.string(), instance: z.string() })
  .meta({ id: 'Placed', description: 'An instance that has its place on the agent' });

const set = (order: AgentOrder) =>
  route({
    method: 'POST',
    path: `/v1/agents/{agent}/${order}`,
    summary: orders[order][0],
    params: { agent: 'The id of an agent' },
    output: z.object({ message: z.string(), instances: z.array(affected).readonly() }),
    statuses: { 409: 'The engine does not do this' },
    handle: async ({ host, params: { agent } }) => {
      demandAgent(host, agent);
      demandOrder(host, order);
      const instances = instancesOn(host, agent);
      await host.setAgent(agent, order);
      return ok({ message: `${agent} ${orders[order][1]}`, instances });
    },
  });

export const agentRoutes = [
  route({
    method: 'GET',
    path: '/v1/agents',
    summary: 'The machines, and what is free on them',
    output: z.array(z.custom<AgentView>().meta({ id: 'Agent', description: '{offer, total}' })).readonly(),
    handle: ({ host }) => ok(host.agents()),
  }),
  set('cordon'),
  set('drain'),
  set('uncordon'),
  set('gone'),
  set('down'),
  set('up'),
];

function demandAgent(host: Host, agentId: string): void {
  const known = host.agents().map(({ offer }) => offer.agentId);
  if (known.includes(agentId)) return;
  const next = nextAfterUnknown(agentId, known, 'warder agent list');
  throw new ApiFailure(404, 'agent-unknown', `there is no agent ${agentId}`, next);
}

function demandOrder(host: Host, order: AgentOrder): void {
  const { kind, capabilities } = host.info().engine;
  const able = capabilities.agentOrders ?? [];
  if (able.includes(order)) return;
  const next =
    able.length === 0 ? `agents of the ${kind} engine are looked after elsewhere` : `it takes ${able.join(', ')}`;
  throw new ApiFailure(409, 'agent-order-refused', `the ${kind} engine cannot ${order} an agent`, next);
}
