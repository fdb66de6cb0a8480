/** A broker that speaks the real encodings over a real socket, and misbehaves as it is told to. */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { Reader, Writer } from '@platformatic/kafka';
import type { VersionRange } from '../src/client/api.ts';
import type { Address } from '../src/client/node.ts';

export type FakeRequest = { readonly key: number; readonly version: number; readonly body: Reader };

/** The body of the answer, or what the broker does instead of answering. */
export type FakeReply = Writer | 'drop' | 'silence';

export type FakeBroker = {
  readonly address: Address;
  /** What came in, the newest last: `IncrementalAlterConfigs v0` is `44/0`. */
  readonly seen: string[];
  /** May be changed while it runs: an upgrade. */
  offers: Readonly<Record<number, VersionRange>>;
  connections: number;
  readonly close: () => Promise<void>;
};

type Behaviour = {
  readonly offers: Readonly<Record<number, VersionRange>>;
  /** The newest version of ApiVersions that it knows. */
  readonly apiVersionsMax?: number;
  /** The levels that are finalised, which it can just do. */
  readonly features?: Readonly<Record<string, number>>;
  readonly answer: (request: FakeRequest) => FakeReply;
};

export const fakeBroker = async ({ offers, apiVersionsMax = 3, features, answer }: Behaviour): Promise<FakeBroker> => {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    broker.connections += 1;
    sockets.add(socket);
    let pending = Buffer.alloc(0);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (chunk: Buffer) => {
      pending = Buffer.concat([pending, chunk]);
      while (pending.length >= 4 && pending.length >= 4 + pending.readInt32BE(0)) {
        const end = 4 + pending.readInt32BE(0);
        serve(socket, pending.subarray(4, end));
        pending = pending.subarray(end);
      }
    });
  });
  const serve = (socket: Socket, frame: Buffer): void => {
    const reader = Reader.from(frame);
    const key = reader.readInt16();
    const version = reader.readInt16();
    const correlation = reader.readInt32();
    reader.readNullableString(false);
    broker.seen.push(`${key}/${version}`);
    const range = broker.offers[key];
    const isVersions = key === 18;
    const reply = isVersions
      ? versionsReply(broker.offers, version, apiVersionsMax, features)
      : range === undefined || version < range.min || version > range.max
        ? // What real brokers do with a version they do not know.
          'drop'
        : answer({ key, version, body: reader });
    if (reply === 'silence') return;
    if (reply === 'drop') {
      socket.destroy();
      return;
    }
    const framed = Writer.create().appendInt32(correlation);
    if (!isVersions && flexible(key, version)) framed.appendTaggedFields();
    socket.write(framed.appendFrom(reply).prependLength().buffer);
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('no port');
  const broker: FakeBroker = {
    address: { host: '127.0.0.1', port: bound.port },
    seen: [],
    offers,
    connections: 0,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
  return broker;
};

/** First flexible versions of the APIs that the tests use. */
const flexibleFrom: Readonly<Record<number, number>> = { 3: 9, 10: 3, 16: 3, 32: 4, 35: 2, 44: 1, 55: 0, 60: 0 };

const flexible = (key: number, version: number): boolean => version >= (flexibleFrom[key] ?? 0);

const versionsReply = (
  offers: Readonly<Record<number, VersionRange>>,
  version: number,
  newest: number,
  features: Readonly<Record<string, number>> = {},
): Writer => {
  const known = version <= newest;
  const writer = Writer.create().appendInt16(known ? 0 : 35);
  const compact = known && version >= 3;
  const rows = Object.entries(known ? offers : {});
  writer.appendArray(
    rows,
    (to, [key, range]) => to.appendInt16(Number(key)).appendInt16(range.min).appendInt16(range.max),
    compact,
    compact,
  );
  if (known && version >= 1) writer.appendInt32(0);
  if (compact) writer.appendFrom(featuresReply(Object.entries(features)));
  return writer;
};

/** Two of the tagged fields of ApiVersions: what it can do (0) and what is finalised (2). */
const featuresReply = (features: readonly (readonly [string, number])[]): Writer => {
  const supported = Writer.create().appendArray([...features], (to, [name, level]) =>
    to.appendString(name).appendInt16(0).appendInt16(level),
  );
  const finalised = Writer.create().appendArray([...features], (to, [name, level]) =>
    to.appendString(name).appendInt16(level).appendInt16(level),
  );
  const fields = Writer.create().appendUnsignedVarInt(2);
  for (const [tag, payload] of [
    [0, supported],
    [2, finalised],
  ] as const) {
    fields.appendUnsignedVarInt(tag).appendUnsignedVarInt(payload.length).appendFrom(payload);
  }
  return fields;
};
