import assert from 'node:assert/strict';
import test from 'node:test';
import { Writer } from '@platformatic/kafka';
import { recordTimeAt } from './record-time.ts';

type Given = {
  readonly base: number;
  readonly baseMs: number;
  /** Offset and time of each record, from those of the batch. */
  readonly records: readonly (readonly [number, number])[];
  readonly attributes?: number;
  readonly last?: number;
};

const batch = ({ base, baseMs, records, attributes = 0, last }: Given): Buffer => {
  const body = Writer.create();
  for (const [offset, ms] of records) {
    const record = Writer.create().appendInt8(0).appendVarInt64(BigInt(ms)).appendVarInt(offset);
    record.appendVarIntBytes(null).appendVarIntBytes(Buffer.from('value')).appendVarInt(0);
    body.appendVarInt(record.length).appendFrom(record);
  }
  const lastDelta = last ?? Math.max(...records.map(([offset]) => offset));
  const maxMs = baseMs + Math.max(...records.map(([, ms]) => ms));
  const rest = Writer.create().appendInt32(0).appendInt8(2).appendInt32(0).appendInt16(attributes);
  rest.appendInt32(lastDelta).appendInt64(BigInt(baseMs)).appendInt64(BigInt(maxMs));
  rest.appendInt64(-1n).appendInt16(-1).appendInt32(-1).appendInt32(records.length).appendFrom(body);
  return Writer.create().appendInt64(BigInt(base)).appendInt32(rest.length).appendFrom(rest).buffer;
};

const two = Buffer.concat([
  batch({
    base: 10,
    baseMs: 1000,
    records: [
      [0, 0],
      [1, 50],
      [2, 70],
    ],
  }),
  batch({ base: 13, baseMs: 3000, records: [[0, 0]] }),
]);

test('the time of each record is its own', () => {
  const times = [10n, 11n, 12n, 13n].map((offset) => recordTimeAt(two, offset)?.timestampMs);
  assert.deepEqual(times, [1000, 1050, 1070, 3000]);
  assert.equal(recordTimeAt(two, 14n), undefined);
  assert.equal(recordTimeAt(Buffer.alloc(0), 0n), undefined);
});

test('what was compacted away counts as the next that is there', () => {
  const holes = Buffer.concat([
    batch({
      base: 0,
      baseMs: 100,
      records: [
        [0, 0],
        [4, 8],
      ],
      last: 9,
    }),
    batch({ base: 10, baseMs: 500, records: [[3, 5]], last: 3 }),
  ]);
  assert.deepEqual(recordTimeAt(holes, 2n), { timestampMs: 108, exact: true });
  assert.deepEqual(recordTimeAt(holes, 6n), { timestampMs: 505, exact: true });
});

test('within a compressed batch it is known only when that began, and so of one that is cut off', () => {
  const records = [
    [0, 0],
    [1, 900],
  ] as const;
  const packed = batch({ base: 5, baseMs: 1000, attributes: 1, records });
  assert.deepEqual(recordTimeAt(packed, 5n), { timestampMs: 1000, exact: true });
  assert.deepEqual(recordTimeAt(packed, 6n), { timestampMs: 1000, exact: false });
  const whole = batch({ base: 5, baseMs: 1000, records });
  assert.deepEqual(recordTimeAt(whole.subarray(0, -3), 6n), { timestampMs: 1900, exact: true });
  assert.deepEqual(recordTimeAt(whole.subarray(0, -15), 6n), { timestampMs: 1000, exact: false });
  assert.equal(recordTimeAt(whole.subarray(0, 40), 6n), undefined);
  assert.equal(recordTimeAt(batch({ base: 5, baseMs: 1000, attributes: 0x41, records }), 6n), undefined);
});

test('where brokers write the time, the whole batch has it; older formats are not read', () => {
  const appended = batch({
    base: 0,
    baseMs: 1000,
    attributes: 0x09,
    records: [
      [0, 0],
      [1, 900],
    ],
  });
  assert.deepEqual(recordTimeAt(appended, 0n), { timestampMs: 1900, exact: true });
  const old = batch({ base: 0, baseMs: 1000, records: [[0, 0]] });
  old.writeInt8(1, 16);
  assert.equal(recordTimeAt(old, 0n), undefined);
});

test('a record without a time has none', () => {
  assert.equal(recordTimeAt(batch({ base: 0, baseMs: -1, records: [[0, 0]] }), 0n), undefined);
});
