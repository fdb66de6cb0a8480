/** What is asked of a decommission or of a change of size, from the parameters of the plans. */
import { PackageError } from '@warder/sdk';
import { askedParams } from '../rebalance/wish.ts';

/** As a rebalance takes them. */
const paces = ['throttle', 'copies', 'moves'] as const;

export type Pace = Readonly<Partial<Record<(typeof paces)[number], string>>>;

export const paceParams = { throttle: askedParams.throttle, copies: askedParams.copies, moves: askedParams.moves };

export const paceOf = (params: Readonly<Record<string, string>>): Pace =>
  Object.fromEntries(paces.flatMap((name) => (params[name] === undefined ? [] : [[name, params[name]]])));

export const readBroker = ({ broker = '' }: Readonly<Record<string, string>>): number =>
  whole('broker', broker, 'give the id of a broker, as in 3');

export const readSize = ({ brokers = '' }: Readonly<Record<string, string>>): number =>
  whole('brokers', brokers, 'give how many brokers there are to be, as in 5');

const whole = (name: string, text: string, next: string): number => {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new PackageError('param-invalid', `${name} is "${text}": ${next}`);
};
