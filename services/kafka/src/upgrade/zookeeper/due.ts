/** What an upgrade on ZooKeeper has to do, from what brokers go by, what the options say and where it leads. Pure. */
import { compareProtocols, newestProtocol, oneFormatSince, recordFormat, shortProtocol } from '../../protocol.ts';
import { compareVersions } from '../release.ts';
import type { Wish } from '../wish.ts';
import type { BrokerProtocol } from './spoken.ts';

export type Raise = { readonly from: string; readonly to: string };

export type Due = {
  /** Options to be written before anything else, so that new binaries go on speaking as the old ones do. */
  readonly pins: Readonly<Record<string, string>>;
  /** What brokers go by until the protocol is raised. */
  readonly protocol: string;
  readonly raise?: Raise;
  /** The pin of the format means nothing any more once the protocol is raised. */
  readonly dropsFormat: boolean;
  /** Records get a format that clients have to know: with the protocol, or in a roll of its own. */
  readonly format?: Raise & { readonly own: boolean };
};

/** `kafka`: the typed options. What brokers go by is the same for all of them. */
export const dueOf = (
  { from, to }: Pick<Wish, 'from' | 'to'>,
  spoken: Pick<BrokerProtocol, 'protocol' | 'format'>,
  kafka: Readonly<Record<string, unknown>>,
): Due => {
  const [protocol, format] = [shortProtocol(spoken.protocol), shortProtocol(spoken.format)];
  const pins = pinsOf({ from, to }, { protocol, format }, kafka);
  const newest = newestProtocol(to);
  const isBack = compareVersions(to, from) < 0;
  if (isBack) return { pins, protocol, dropsFormat: false };
  const raise = compareProtocols(protocol, newest) < 0 ? { from: protocol, to: newest } : undefined;
  const ends = compareProtocols(newest, oneFormatSince) >= 0;
  const isOld = compareProtocols(protocol, oneFormatSince) < 0 && recordFormat(format) < 2;
  return {
    pins,
    protocol,
    ...(raise === undefined ? {} : { raise }),
    dropsFormat: raise !== undefined && ends && (formatOption in kafka || formatOption in pins),
    ...(isOld ? { format: { from: format, to: newest, own: !ends } } : {}),
  };
};

export const protocolOption = 'inter_broker_protocol_version';
export const formatOption = 'log_message_format_version';

const pinsOf = (
  { from, to }: Pick<Wish, 'from' | 'to'>,
  { protocol, format }: { readonly protocol: string; readonly format: string },
  kafka: Readonly<Record<string, unknown>>,
): Due['pins'] => {
  // Binaries that speak the same anyway need not be told to.
  if (compareProtocols(newestProtocol(from), newestProtocol(to)) === 0) return {};
  const knowsFormat = compareProtocols(newestProtocol(from), oneFormatSince) < 0;
  return {
    ...(protocolOption in kafka ? {} : { [protocolOption]: protocol }),
    ...(!knowsFormat || formatOption in kafka ? {} : { [formatOption]: format }),
  };
};
