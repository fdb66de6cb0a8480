/** What a rebalance comes to, for people. Pure. */
import type { BrokerReport, GoalReport } from '../balance/proposal.ts';
import { count } from '../cluster/words.ts';
import { bytes, duration, table } from '../table.ts';
import type { Found } from './look.ts';
import type { Look } from './made.ts';

/** Before and after of each broker, and what it takes. */
export const reportOf = (look: Look): string => [whatText(look), '', brokerTable(look)].join('\n');

const whatText = ({ moves, leaders, proposal, batches, seconds, boundSeconds, rate }: Look): string => {
  const copied = moves.reduce((sum, each) => sum + each.bytes, 0);
  const time =
    rate === undefined
      ? 'without a throttle, as fast as it goes'
      : `about ${duration(seconds)} at ${bytes(rate)}/s for each broker (${duration(boundSeconds)} at least, whatever the order)`;
  return [
    `${count(moves.length, 'move')} of ${bytes(copied)} (${bytes(proposal.bound)} at least), ${count(leaders.length, 'change')} of leaders alone`,
    `${count(batches, 'batch').replace(/batchs$/, 'batches')}, ${time}`,
  ].join('; ');
};

const brokerTable = ({ proposal, racks }: Look): string => {
  const head = ['broker', 'rack', 'disk', '', 'in/s', '', 'leaders', '', 'replicas', ''];
  const pair = (each: BrokerReport, key: 'disk' | 'in'): readonly string[] => [
    bytes(each.before[key]),
    `-> ${bytes(each.after[key])}`,
  ];
  const whole = (each: BrokerReport, key: 'leaders' | 'replicas'): readonly string[] => [
    String(each.before[key]),
    `-> ${each.after[key]}`,
  ];
  const rows = proposal.brokers.map((each) => [
    String(each.id),
    racks[each.id] ?? '-',
    ...pair(each, 'disk'),
    ...pair(each, 'in'),
    ...whole(each, 'leaders'),
    ...whole(each, 'replicas'),
  ]);
  return table(head, rows);
};

/** What a person should know before it begins. */
export const reviewOf = ({ look, ageMs, problems, changed }: Found): readonly string[] => [
  ...problems,
  ...(changed.length === 0 ? [] : [`what was proposed before does not hold any more: ${changed.join('; ')}`]),
  ...(ageMs < 1_000 ? [] : [`proposed ${duration(ageMs / 1_000)} ago, and still as it was then`]),
  ...throttleText(look),
  ...look.proposal.goals.flatMap(leftText),
  ...look.proposal.notes,
  ...look.notes,
  ...boundText(look),
];

const throttleText = ({ asked, rate, needed }: Look): readonly string[] => {
  const written = `${bytes(needed.bytesPerSecond)}/s is written to what is moved, at broker ${needed.broker}`;
  if (rate === undefined)
    return ['no throttle: copies take all that disks and networks give, and clients may have to wait'];
  if (rate <= needed.bytesPerSecond)
    return [`the throttle of ${bytes(rate)}/s is too low: ${written}; copies would never be done`];
  const how = needed.bytesPerSecond === 0 ? '' : `; ${written}`;
  return asked.throttle === undefined
    ? [`no throttle was given: each broker takes and gives ${bytes(rate)}/s at most${how} (--throttle)`]
    : [];
};

const leftText = ({ goal, left, after }: GoalReport): readonly string[] =>
  after.outside === 0 ? [] : left.map((why) => `not reached, ${goal}: ${why}`);

const boundText = ({ moves, leaders, all }: Look): readonly string[] => {
  if (moves.length === all.moves && leaders.length === all.leaders) return [];
  const some = `${count(moves.length, 'move')} and ${count(leaders.length, 'change')} of leaders`;
  return [
    `${all.moves} and ${all.leaders} are more than one run makes: this one makes ${some}; start it again for the rest`,
  ];
};
