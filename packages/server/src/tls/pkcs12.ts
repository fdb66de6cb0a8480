/**
 * Key stores for Java, as RFC 7292 says. The algorithms are the oldest that all read, Java 8 in its first releases too
 * (also where a program asks for a JKS: it looks inside). They protect nothing, for the password is known to everybody:
 * what does is that the file is in memory only and its task's alone.
 */
import { createCipheriv, createHash, createHmac, randomBytes } from 'node:crypto';
import { BmpString, Constructed, Integer, Null, ObjectIdentifier, OctetString, Sequence, Set } from 'asn1js';

type Node = Sequence | Set | Constructed | Integer | ObjectIdentifier | OctetString | BmpString | Null;

const oids = {
  data: '1.2.840.113549.1.7.1',
  friendlyName: '1.2.840.113549.1.9.20',
  localKeyId: '1.2.840.113549.1.9.21',
  x509Certificate: '1.2.840.113549.1.9.22.1',
  pbeSha1TripleDes: '1.2.840.113549.1.12.1.3',
  keyBag: '1.2.840.113549.1.12.10.1.2',
  certificateBag: '1.2.840.113549.1.12.10.1.3',
  /** Java takes a certificate without a key for a trusted one only with this. */
  trustedKeyUsage: '2.16.840.1.113894.746875.1.1',
  anyExtendedKeyUsage: '2.5.29.37.0',
  sha1: '1.3.14.3.2.26',
} as const;

export type KeyEntry = {
  readonly alias: string;
  /** PKCS#8. */
  readonly key: Uint8Array;
  /** Its own certificate first, then who vouches for it. */
  readonly chain: readonly Uint8Array[];
};

export type TrustedEntry = { readonly alias: string; readonly certificate: Uint8Array };

export function keyStore({ alias, key, chain }: KeyEntry, password: string): Buffer {
  const [own = new Uint8Array()] = chain;
  const keyId = attribute(oids.localKeyId, octets(createHash('sha1').update(own).digest()));
  const name = attribute(oids.friendlyName, new BmpString({ value: alias }));
  const keyBag = bag(oids.keyBag, shrouded(key, password), [name, keyId]);
  const certificates = chain.map((bytes, at) => certificateBag(bytes, at === 0 ? [name, keyId] : []));
  return pfx([[keyBag], certificates], password);
}

export function trustStore({ alias, certificate }: TrustedEntry, password: string): Buffer {
  const name = attribute(oids.friendlyName, new BmpString({ value: alias }));
  const trusted = attribute(oids.trustedKeyUsage, oid(oids.anyExtendedKeyUsage));
  return pfx([[certificateBag(certificate, [name, trusted])]], password);
}

const oid = (value: string): ObjectIdentifier => new ObjectIdentifier({ value });
const integer = (value: number): Integer => new Integer({ value });
const octets = (bytes: Uint8Array): OctetString => new OctetString({ valueHex: new Uint8Array(bytes).buffer });
const sequence = (...value: Node[]): Sequence => new Sequence({ value });
const explicit = (value: Node): Constructed =>
  new Constructed({ idBlock: { tagClass: 3, tagNumber: 0 }, value: [value] });
const encode = (node: Node): Buffer => Buffer.from(node.toBER());
const attribute = (type: string, value: Node): Sequence => sequence(oid(type), new Set({ value: [value] }));
const contents = (node: Node): Sequence => sequence(oid(oids.data), explicit(octets(encode(node))));
const bag = (type: string, value: Node, attributes: readonly Sequence[]): Sequence =>
  sequence(oid(type), explicit(value), ...(attributes.length === 0 ? [] : [new Set({ value: [...attributes] })]));
const certificateBag = (bytes: Uint8Array, attributes: readonly Sequence[]): Sequence =>
  bag(oids.certificateBag, sequence(oid(oids.x509Certificate), explicit(octets(bytes))), attributes);

/** More would only hold up the loop: the password is no secret. */
const ITERATIONS = 100;
const SALT_BYTES = 20;

function shrouded(key: Uint8Array, password: string): Sequence {
  const salt = randomBytes(SALT_BYTES);
  const cipher = createCipheriv(
    'des-ede3-cbc',
    derive('key', 24, salt, password),
    derive('initial vector', 8, salt, password),
  );
  const algorithm = sequence(oid(oids.pbeSha1TripleDes), sequence(octets(salt), integer(ITERATIONS)));
  return sequence(algorithm, octets(Buffer.concat([cipher.update(key), cipher.final()])));
}

/** Each safe on its own: certificates need no encryption. */
function pfx(safes: readonly (readonly Sequence[])[], password: string): Buffer {
  const inner = encode(sequence(...safes.map((bags) => contents(sequence(...bags)))));
  const salt = randomBytes(SALT_BYTES);
  const digest = createHmac('sha1', derive('integrity', 20, salt, password))
    .update(inner)
    .digest();
  const checked = sequence(
    sequence(sequence(oid(oids.sha1), new Null()), octets(digest)),
    octets(salt),
    integer(ITERATIONS),
  );
  return encode(sequence(integer(3), sequence(oid(oids.data), explicit(octets(inner))), checked));
}

/** RFC 7292, appendix B.2, with SHA-1. */
function derive(
  purpose: 'key' | 'initial vector' | 'integrity',
  bytes: number,
  salt: Buffer,
  password: string,
): Buffer {
  const block = 64;
  const diversifier = Buffer.alloc(block, { key: 1, 'initial vector': 2, integrity: 3 }[purpose]);
  const input = Buffer.concat([filled(salt, block), filled(Buffer.from(`${password}\0`, 'utf16le').swap16(), block)]);
  let made = Buffer.alloc(0);
  while (made.length < bytes) {
    let hash = Buffer.concat([diversifier, input]);
    for (let round = 0; round < ITERATIONS; round += 1) hash = createHash('sha1').update(hash).digest();
    made = Buffer.concat([made, hash]);
    const addend = filled(hash, block).subarray(0, block);
    for (let at = 0; at < input.length; at += block) addTo(input.subarray(at, at + block), addend);
  }
  return made.subarray(0, bytes);
}

/** As often as it takes to fill whole blocks. */
function filled(bytes: Buffer, block: number): Buffer {
  return Buffer.alloc(Math.ceil(bytes.length / block) * block, bytes);
}

/** target = target + addend + 1, as big numbers of the same length. */
function addTo(target: Buffer, addend: Buffer): void {
  let carry = 1;
  for (let at = target.length - 1; at >= 0; at -= 1) {
    const sum = target.readUInt8(at) + addend.readUInt8(at) + carry;
    target.writeUInt8(sum & 0xff, at);
    carry = sum >> 8;
  }
}
