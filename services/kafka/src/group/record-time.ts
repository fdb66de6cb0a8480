/** When the record at an offset was written, from the batches that a broker keeps, as far as that can be read there. */

export type RecordTime = {
  readonly timestampMs: number;
  /** False: it is a record of a compressed batch that began then, so it may be a little newer. */
  readonly exact: boolean;
};

/** Of a batch, from its beginning to its records. */
const headerBytes = 61;

const compressionBits = 0x07;
const logAppendTimeBit = 0x08;
const deleteHorizonBit = 0x40;

/** Of the first record that is at this offset or after it. Undefined: what was read does not tell. */
export const recordTimeAt = (batches: Buffer, offset: bigint): RecordTime | undefined => {
  for (let at = 0; at + headerBytes <= batches.length;) {
    // Formats before the second are laid out otherwise.
    if (batches.readInt8(at + 16) !== 2) return undefined;
    const last = batches.readBigInt64BE(at) + BigInt(batches.readInt32BE(at + 23));
    const end = at + 12 + batches.readInt32BE(at + 8);
    if (end <= at) return undefined;
    // A compacted batch may have lost the record, and all after it: the next one has it.
    const found = last < offset ? undefined : timeIn(batches.subarray(at, end), offset, end > batches.length);
    if (found !== undefined) return found.timestampMs < 0 ? undefined : found;
    at = end;
  }
  return undefined;
};

const timeIn = (batch: Buffer, offset: bigint, isCutOff: boolean): RecordTime | undefined => {
  const attributes = batch.readInt16BE(21);
  const batchMs = Number(batch.readBigInt64BE(27));
  if ((attributes & logAppendTimeBit) !== 0) return { timestampMs: Number(batch.readBigInt64BE(35)), exact: true };
  const isPacked = (attributes & compressionBits) !== 0;
  // After a compaction the field may hold something else.
  const began = { timestampMs: (attributes & deleteHorizonBit) === 0 ? batchMs : -1, exact: false };
  if (isPacked) return { ...began, exact: batch.readBigInt64BE(0) === offset };
  return timeOfRecord(batch, offset) ?? (isCutOff ? began : undefined);
};

const timeOfRecord = (batch: Buffer, offset: bigint): RecordTime | undefined => {
  const base = batch.readBigInt64BE(0);
  const baseMs = batch.readBigInt64BE(27);
  for (let at = headerBytes; at < batch.length;) {
    const length = varint(batch, at);
    if (length === undefined) return undefined;
    const time = varint(batch, length.end + 1);
    const delta = time && varint(batch, time.end);
    if (time === undefined || delta === undefined) return undefined;
    if (base + delta.value >= offset) return { timestampMs: Number(baseMs + time.value), exact: true };
    at = length.end + Number(length.value);
  }
  return undefined;
};

/** Seven bits a byte, the sign in the lowest. Undefined when it is cut off. */
const varint = (buffer: Buffer, from: number): { readonly value: bigint; readonly end: number } | undefined => {
  let raw = 0n;
  for (let at = from; at < buffer.length && at < from + 10; at++) {
    const byte = buffer.readUInt8(at);
    raw |= BigInt(byte & 0x7f) << BigInt(7 * (at - from));
    if (byte < 0x80) return { value: (raw >> 1n) ^ -(raw & 1n), end: at + 1 };
  }
  return undefined;
};
