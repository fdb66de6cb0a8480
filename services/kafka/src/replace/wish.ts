/** What is asked of a replace or of a move of a broker, from the parameters of the plans. */
import { PackageError, type InstanceView, type MadePlanContext, type ServiceView, type Where } from '@warder/sdk';
import { brokers } from '../cluster/member.ts';
import { readBroker } from '../decommission/wish.ts';
import { askedParams, readAsked } from '../rebalance/wish.ts';

export const replaceParams = { broker: 'which one: its id', throttle: askedParams.throttle };

export const moveParams = { ...replaceParams, to: 'the agent that it goes to; without it, any other one' };

export type Wish = {
  readonly id: number;
  readonly instance: InstanceView;
  readonly where: Where;
  /** Bytes a second. Absent: to be found. */
  readonly throttle?: number | 'none';
};

export const readReplace = ({ service, params }: MadePlanContext): Wish => {
  const id = readBroker(params);
  const { throttle } = readAsked(params.throttle === undefined ? {} : { throttle: params.throttle });
  const instance = instanceOf(service, id);
  return { id, instance, where: {}, ...(throttle === undefined ? {} : { throttle }) };
};

/** Away from the agent where it is, or to the one that is named. */
export const readMove = (context: MadePlanContext): Wish => {
  const wish = readReplace(context);
  const { instance } = wish;
  const { hostname } = instance;
  const { to } = context.params;
  if (hostname === undefined)
    throw refused(`${instance.name} has no place that it could leave: pod replace ${instance.name}`);
  if (to === '') throw new PackageError('param-invalid', 'to is empty: give the name of an agent (warder agent list)');
  if (to === hostname) throw new PackageError('already', `${instance.name} is on ${to} already`, 409);
  return { ...wish, where: to === undefined ? { notOn: hostname } : { on: to } };
};

const instanceOf = (service: ServiceView, id: number): InstanceView => {
  const members = brokers(service);
  const name = members.find((member) => member.id === id)?.instance;
  const found = service.instances.find((instance) => instance.name === name);
  if (found !== undefined) return found;
  throw refused(`there is no broker ${id}: there are ${members.map((member) => member.id).join(', ')}`);
};

const refused = (message: string): PackageError => new PackageError('replace-refused', message, 409);
