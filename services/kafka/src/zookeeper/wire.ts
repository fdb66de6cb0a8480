/** The encoding of ZooKeeper's protocol ("jute"): big-endian numbers, texts and bytes after their length. Pure. */

export class JuteWriter {
  readonly #parts: Buffer[] = [];

  int(value: number): this {
    const part = Buffer.alloc(4);
    part.writeInt32BE(value);
    this.#parts.push(part);
    return this;
  }

  long(value: bigint): this {
    const part = Buffer.alloc(8);
    part.writeBigInt64BE(value);
    this.#parts.push(part);
    return this;
  }

  boolean(value: boolean): this {
    this.#parts.push(Buffer.from([value ? 1 : 0]));
    return this;
  }

  bytes(value: Buffer): this {
    this.int(value.length);
    this.#parts.push(value);
    return this;
  }

  text(value: string): this {
    return this.bytes(Buffer.from(value, 'utf8'));
  }

  /** With its length in front. */
  frame(): Buffer {
    const body = Buffer.concat(this.#parts);
    const length = Buffer.alloc(4);
    length.writeInt32BE(body.length);
    return Buffer.concat([length, body]);
  }
}

/** Throws a RangeError beyond the end. */
export class JuteReader {
  readonly #from: Buffer;
  #at = 0;

  constructor(from: Buffer) {
    this.#from = from;
  }

  int(): number {
    return this.#from.readInt32BE(this.#move(4));
  }

  long(): bigint {
    return this.#from.readBigInt64BE(this.#move(8));
  }

  boolean(): boolean {
    return this.#from[this.#move(1)] === 1;
  }

  bytes(): Buffer {
    const length = Math.max(0, this.int());
    const at = this.#move(length);
    return this.#from.subarray(at, at + length);
  }

  text(): string {
    return this.bytes().toString('utf8');
  }

  texts(): readonly string[] {
    return Array.from({ length: Math.max(0, this.int()) }, () => this.text());
  }

  #move(length: number): number {
    const at = this.#at;
    if (at + length > this.#from.length) throw new RangeError('the answer ends too early');
    this.#at += length;
    return at;
  }
}
