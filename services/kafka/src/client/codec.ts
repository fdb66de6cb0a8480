/**
 * Kafka's field encodings with the one thing that differs between versions of an API taken care of: from its first
 * flexible version on, lengths are compact and every structure ends in a list of tagged fields.
 */
import { Reader, Writer } from '@platformatic/kafka';

export class Encoder {
  readonly writer = Writer.create();
  readonly #flexible: boolean;

  constructor(flexible: boolean) {
    this.#flexible = flexible;
  }

  int8(value: number): this {
    this.writer.appendInt8(value);
    return this;
  }

  int16(value: number): this {
    this.writer.appendInt16(value);
    return this;
  }

  int32(value: number): this {
    this.writer.appendInt32(value);
    return this;
  }

  int64(value: bigint): this {
    this.writer.appendInt64(value);
    return this;
  }

  float64(value: number): this {
    this.writer.appendFloat64(value);
    return this;
  }

  boolean(value: boolean): this {
    this.writer.appendBoolean(value);
    return this;
  }

  string(value: string | null): this {
    this.writer.appendString(value, this.#flexible);
    return this;
  }

  /** All zeroes: Kafka's "no id". */
  noUuid(): this {
    this.writer.appendUUID(null);
    return this;
  }

  /** An array of structures. */
  structs<T>(items: readonly T[] | null, write: (item: T) => void): this {
    this.writer.appendArray(items && [...items], (_, item) => write(item), this.#flexible, this.#flexible);
    return this;
  }

  /** An array of plain values. */
  values<T>(items: readonly T[] | null, write: (item: T) => void): this {
    this.writer.appendArray(items && [...items], (_, item) => write(item), this.#flexible, false);
    return this;
  }

  /** The end of the message. */
  end(): Writer {
    if (this.#flexible) this.writer.appendTaggedFields();
    return this.writer;
  }
}

export class Decoder {
  readonly #reader: Reader;
  readonly #flexible: boolean;

  constructor(reader: Reader, flexible: boolean) {
    this.#reader = reader;
    this.#flexible = flexible;
  }

  readonly int8 = (): number => this.#reader.readInt8();
  readonly int16 = (): number => this.#reader.readInt16();
  readonly uint16 = (): number => this.#reader.readUnsignedInt16();
  readonly int32 = (): number => this.#reader.readInt32();
  readonly int64 = (): bigint => this.#reader.readInt64();
  readonly boolean = (): boolean => this.#reader.readBoolean();
  readonly string = (): string => this.#reader.readString(this.#flexible);
  readonly nullableString = (): string | null => this.#reader.readNullableString(this.#flexible);
  readonly uuid = (): string => this.#reader.readUUID();
  readonly float64 = (): number => this.#reader.readFloat64();
  /** Null reads as empty. */
  readonly bytes = (): Buffer => this.#reader.readNullableBytes(this.#flexible) ?? Buffer.alloc(0);

  /** The tagged fields at the end of a structure, or of the message: those that are known are read, by their number. */
  tagged(known: Readonly<Record<number, () => void>>): void {
    const fields = this.#flexible ? this.#reader.readUnsignedVarInt() : 0;
    for (let field = 0; field < fields; field++) {
      const read = known[this.#reader.readUnsignedVarInt()];
      const length = this.#reader.readUnsignedVarInt();
      if (read === undefined) this.#reader.skip(length);
      else read();
    }
  }

  /** An array of structures; null reads as empty. */
  structs<T>(read: () => T): T[] {
    return this.#reader.readNullableArray(read, this.#flexible, this.#flexible) ?? [];
  }

  /** An array of plain values; null reads as empty. */
  values<T>(read: () => T): T[] {
    return this.#reader.readNullableArray(read, this.#flexible, false) ?? [];
  }
}
