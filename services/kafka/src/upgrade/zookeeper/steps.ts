/** What the steps of an upgrade on ZooKeeper do and wait for. All of them may be asked again at any time. */
import type { Probe, Procedure } from '@warder/sdk';
import { patient, quick, withClient } from '../../client/client.ts';
import { brokers } from '../../cluster/member.ts';
import { readView } from '../../cluster/view.ts';
import { count } from '../../cluster/words.ts';
import { compareProtocols, newestProtocol, shortProtocol } from '../../protocol.ts';
import { closed, leftText, unwellText } from '../well.ts';
import { wishOf } from '../wish.ts';
import type { WellArgs } from './plan.ts';
import { lookAt } from './preflight.ts';
import { readSpoken, type Spoken } from './spoken.ts';

/** The world may have changed since the plan was made. */
const checkBrokers: Procedure = ({ service, args, signal }) =>
  withClient(patient, async (client) => {
    const { spoken, problems } = await lookAt(client, service, wishOf(args), signal);
    if (problems.length > 0) throw new Error(`nothing was changed: ${problems.join('; ')}`);
    return { protocol: Object.fromEntries(spoken.brokers.map(({ instance, protocol }) => [instance, protocol])) };
  });

/** Every broker runs the version, goes by the protocol, is registered and in sync; and one of them leads the others. */
const brokersWell: Probe = ({ service, args, signal }) =>
  withClient(quick, async (client) => {
    const wanted = args as WellArgs;
    const left = leftText(service, wanted.to);
    if (left !== undefined) return closed(left);
    const [view, spoken] = await Promise.all([
      readView(client, brokers(service), signal),
      readSpoken(client, service, signal),
    ]);
    const not = notSpoken(spoken, wanted) ?? unwellText(service, view);
    if (not !== undefined) return closed(not);
    if (view.controller < 0) return closed('no broker is the active controller, or not for everyone');
    const sum = `${count(view.partitions.length, 'partition')} in sync`;
    return { open: true, reason: `every broker runs Kafka ${wanted.to} by protocol ${wanted.protocol}, ${sum}` };
  });

/** Pure. Undefined: every broker answers, and is as it should be. */
export const notSpoken = ({ brokers: told, silent }: Spoken, wanted: WellArgs): string | undefined => {
  if (silent.length > 0 || told.length === 0) return `no answer from ${silent.join(', ') || 'any broker'}`;
  const same = (a: string, b: string): boolean => compareProtocols(a, b) === 0;
  const old = told.filter(({ newest }) => !same(newest, newestProtocol(wanted.to)));
  const other = told.filter(({ protocol }) => !same(protocol, wanted.protocol));
  const { format } = wanted;
  const late = format === undefined ? [] : told.filter((each) => !same(each.format, format));
  if (old.length > 0) return `not on Kafka ${wanted.to} yet: ${old.map(({ instance }) => instance).join(', ')}`;
  if (other.length > 0)
    return other
      .map(({ instance, protocol }) => `${instance} goes by protocol ${shortProtocol(protocol)} still`)
      .join('; ');
  if (late.length === 0) return undefined;
  return late.map((each) => `${each.instance} writes records as ${shortProtocol(each.format)} still`).join('; ');
};

export const zooKeeperProcedures: Readonly<Record<string, Procedure>> = { 'check-brokers': checkBrokers };

export const zooKeeperProbes: Readonly<Record<string, Probe>> = { 'brokers-well': brokersWell };
