/** The phases of an upgrade on ZooKeeper: one roll after the other, and no way back once the protocol is raised. Pure. */
import { approve, call, configure, phase, wait } from '@warder/sdk';
import type { MadePhase, MadeStep } from '@warder/sdk';
import { newestProtocol } from '../../protocol.ts';
import type { Wish } from '../wish.ts';
import { formatOption, protocolOption, type Due, type Raise } from './due.ts';

/** The arguments of a step that waits until all is well. */
export type WellArgs = Pick<Wish, 'to'> & { readonly protocol: string; readonly format?: string };

/** What has nothing to do is left out. */
export const phasesOf = (wish: Wish, due: Due): readonly MadePhase[] => [
  phase<MadeStep>('pre-flight', {}, call('check-brokers', { name: 'pre-flight', args: wish })),
  ...pinPhase(due),
  ...binariesPhases(wish, due),
  ...(due.format === undefined || due.format.own ? [] : [clientsPhase(due.format)]),
  ...(due.raise === undefined ? [] : [protocolPhase(wish, due, due.raise)]),
  ...(due.format?.own === true ? [clientsPhase(due.format), formatPhase(wish, due, due.format)] : []),
];

const pinPhase = ({ pins, protocol }: Due): readonly MadePhase[] =>
  Object.keys(pins).length === 0
    ? []
    : [phase<MadeStep>('pin', {}, configure(`pin-${protocol}`, { options: { kafka: pins } }))];

const binariesPhases = ({ from, to, soakMs }: Wish, { protocol }: Due): readonly MadePhase[] =>
  from === to
    ? []
    : [
        phase<MadeStep>('binaries', {}, configure(`kafka-${to}`, { version: to })),
        phase<MadeStep>('soak', {}, well({ to, protocol }, 'cluster-well', soakMs)),
      ];

const well = (args: WellArgs, name: string, soakMs?: number): MadeStep =>
  wait('brokers-well', { name, args, ...(soakMs === undefined ? {} : { soakMs }) });

/** Nothing is changed by it, but what comes next is for these clients. */
const clientsPhase = ({ from, to }: Raise): MadePhase =>
  phase<MadeStep>(
    'clients',
    {},
    approve(
      `records are written in the format of ${to} from here on, not in that of ${from}: every client is 0.11 or newer (for older ones brokers convert, which costs memory and time)`,
    ),
  );

const protocolPhase = ({ from, to }: Wish, { dropsFormat }: Due, raise: Raise): MadePhase => {
  const text = `inter.broker.protocol.version ${raise.from} -> ${raise.to}`;
  const reader = newestProtocol(from) === raise.to ? 'a release that does not know it' : `Kafka ${from}`;
  const kafka = { [protocolOption]: raise.to, ...(dropsFormat ? { [formatOption]: null } : {}) };
  return phase<MadeStep>(
    'protocol',
    {},
    approve(`raises ${text}: for good, ${reader} does not read what brokers tell each other and keep with it`),
    {
      ...configure(`protocol-${raise.to}`, { options: { kafka } }),
      oneWay: `brokers go by ${text}, and a protocol is never lowered`,
    },
    well({ to, protocol: raise.to }, 'protocol-spoken'),
  );
};

const formatPhase = ({ to }: Wish, { protocol, raise }: Due, { to: format }: Raise): MadePhase =>
  phase<MadeStep>(
    'format',
    {},
    configure(`format-${format}`, { options: { kafka: { [formatOption]: format } } }),
    well({ to, protocol: raise?.to ?? protocol, format }, 'format-spoken'),
  );

/** Nothing at all is left to be done. */
export const isDone = ({ from, to }: Wish, { raise, format }: Due): boolean =>
  from === to && raise === undefined && format === undefined;

/** What a dry run says besides its steps: what is left out, and what is for good. */
export const reviewOf = ({ from, to }: Wish, due: Due): readonly string[] => [
  ...pinReview(from, to, due),
  ...(from === to ? [`no roll of binaries: ${to} runs already`] : []),
  ...(due.raise === undefined
    ? [`no roll of the protocol: it stays ${due.protocol}`]
    : [`until its approval \`plan rollback upgrade\` goes back to ${from}; a protocol of ${due.raise.to} is for good`]),
  ...formatReview(due),
];

const pinReview = (from: string, to: string, { pins, protocol }: Due): readonly string[] => {
  if (Object.keys(pins).length > 0) return [];
  return newestProtocol(from) === newestProtocol(to)
    ? [`no roll to pin: Kafka ${from} and ${to} speak the same protocol`]
    : [`no roll to pin: the options say ${protocol} already`];
};

const formatReview = ({ format, dropsFormat }: Due): readonly string[] => {
  if (format !== undefined)
    return [
      `records change their format, ${format.from} -> ${format.to}: approve \`clients\` when each is 0.11 or newer`,
    ];
  return dropsFormat
    ? ['no roll of the format: log.message.format.version goes with the protocol, records stay as they are']
    : ['no roll of the format: records stay as they are'];
};
