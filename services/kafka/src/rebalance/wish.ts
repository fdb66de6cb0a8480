/** What is asked of a rebalance, from the parameters of its plan. */
import { PackageError } from '@warder/sdk';
import { defaultLimits, type Wish } from '../balance/model.ts';
import { defaultScheduleLimits } from '../balance/schedule.ts';

export type Asked = {
  readonly wish: Wish;
  /** How far from its share a broker may be, as a fraction of it. */
  readonly band: number;
  /** Bytes a second. Absent: to be found. */
  readonly throttle?: number | 'none';
  /** Copies that a broker takes, and gives, at a time. */
  readonly copies: number;
  /** Moves at a time in the cluster. */
  readonly moves: number;
};

export const askedParams = {
  brokers: 'move only to these brokers, until they have their share: ids with commas',
  empty: 'move everything away from these brokers: ids with commas',
  repair_racks: '`true`: move only what is in the wrong rack',
  band: 'how far from its share a broker may be, in percent (10)',
  throttle: 'bytes a second that each broker takes and gives: 50M, 1.5G; `none`',
  copies: 'copies that a broker takes, and gives, at a time (5)',
  moves: 'partitions moved at a time (1000)',
};

export const readAsked = (params: Readonly<Record<string, string>>): Asked => {
  const { throttle } = params;
  return {
    wish: wishOf(params),
    band: whole(params, 'band', defaultLimits.band * 100, 1, 100) / 100,
    copies: whole(params, 'copies', defaultScheduleLimits.inPerBroker, 1, 1_000),
    moves: whole(params, 'moves', defaultScheduleLimits.moves, 1, 5_000),
    ...(throttle === undefined ? {} : { throttle: throttle === 'none' ? throttle : readRate(throttle) }),
  };
};

const wishOf = (params: Readonly<Record<string, string>>): Wish => {
  const { brokers, empty, repair_racks: racks } = params;
  const given = [brokers, empty, racks].filter((each) => each !== undefined);
  if (given.length > 1) throw wrong('brokers, empty and repair_racks exclude each other: give one of them');
  if (brokers !== undefined) return { kind: 'fill', brokers: ids('brokers', brokers) };
  if (empty !== undefined) return { kind: 'empty', brokers: ids('empty', empty) };
  if (racks === undefined) return { kind: 'balance' };
  if (racks !== 'true') throw wrong(`repair_racks is "${racks}": give true, or leave it out`);
  return { kind: 'repair-racks' };
};

const ids = (name: string, text: string): readonly number[] => {
  const parts = text.split(',').map((part) => part.trim());
  if (parts.some((part) => !/^\d{1,9}$/.test(part)))
    throw wrong(`${name} is "${text}": give ids of brokers, as in 3,4`);
  return [...new Set(parts.map(Number))].toSorted((a, b) => a - b);
};

const whole = (
  params: Readonly<Record<string, string>>,
  name: string,
  otherwise: number,
  min: number,
  max: number,
): number => {
  const text = params[name];
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (/^\d{1,9}$/.test(text) && value >= min && value <= max) return value;
  throw wrong(`${name} is "${text}": give a whole number from ${min} to ${max}`);
};

const units: Readonly<Record<string, number>> = {
  '': 1,
  k: 1e3,
  m: 1e6,
  g: 1e9,
  ki: 2 ** 10,
  mi: 2 ** 20,
  gi: 2 ** 30,
};

/** `50M`, `1.5G`, `64MiB`, `1000000`: bytes a second. */
export const readRate = (text: string): number => {
  const [, number = '', unit = ''] = /^(\d{1,12}(?:\.\d{1,3})?)\s*([kmg]?i?)b?(?:\/s)?$/i.exec(text.trim()) ?? [];
  const factor = units[unit.toLowerCase()];
  const rate = number === '' || factor === undefined ? Number.NaN : Math.round(Number(number) * factor);
  if (rate >= 1_000 && rate <= 1e12) return rate;
  throw wrong(`the throttle is "${text}": give bytes a second, 1k at least, as in 50M or 1.5G`);
};

const wrong = (message: string): PackageError => new PackageError('param-invalid', message);
