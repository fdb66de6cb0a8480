/** The library of certificates, in one place: it is loaded when the first certificate is made, not before. */
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

const SIGNING = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
const DAY_MS = 86_400_000;
/** Clocks differ: a certificate is good a little before it was made. */
const SKEW_MS = 3_600_000;

x509.cryptoProvider.set(webcrypto);

export type Pair = { readonly certificate: x509.X509Certificate; readonly privateKey: webcrypto.CryptoKey };

/** RSA: what specs written for dcos-commons name in their cipher lists. Made on a thread of its own. */
const makeKeys = (bits: number): Promise<webcrypto.CryptoKeyPair> =>
  webcrypto.subtle.generateKey({ ...SIGNING, modulusLength: bits, publicExponent: new Uint8Array([1, 0, 1]) }, true, [
    'sign',
    'verify',
  ]);

export async function makeAuthority(commonName: string, days: number): Promise<Pair> {
  const keys = await makeKeys(3072);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [commonName] }],
    notBefore: new Date(Date.now() - SKEW_MS),
    notAfter: new Date(Date.now() + days * DAY_MS),
    signingAlgorithm: SIGNING,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate, privateKey: keys.privateKey };
}

/** @throws when the text holds no certificate and private key */
export async function readAuthority(pem: string): Promise<Pair> {
  const [key, certificate] = ['PRIVATE KEY', 'CERTIFICATE'].map(
    (label) => new RegExp(`-----BEGIN ${label}-----[^-]+-----END ${label}-----`).exec(pem)?.[0],
  );
  if (key === undefined || certificate === undefined) throw new Error('it holds no private key and certificate');
  const [der] = x509.PemConverter.decode(key);
  if (der === undefined) throw new Error('its private key cannot be read');
  return {
    certificate: new x509.X509Certificate(certificate),
    privateKey: await webcrypto.subtle.importKey('pkcs8', der, SIGNING, true, ['sign']),
  };
}

export type Subject = {
  readonly commonName: string;
  readonly dns: readonly string[];
  readonly ips: readonly string[];
};

/** Good for both ends of a connection, for as long as its issuer is: nothing but a restart renews it. */
export async function makeCertificate(issuer: Pair, { commonName, dns, ips }: Subject): Promise<Pair> {
  const keys = await makeKeys(2048);
  const { digitalSignature, keyEncipherment } = x509.KeyUsageFlags;
  const { serverAuth, clientAuth } = x509.ExtendedKeyUsage;
  const certificate = await x509.X509CertificateGenerator.create({
    subject: [{ CN: [commonName] }],
    issuer: issuer.certificate.subjectName,
    notBefore: new Date(Date.now() - SKEW_MS),
    notAfter: issuer.certificate.notAfter,
    signingAlgorithm: SIGNING,
    publicKey: keys.publicKey,
    signingKey: issuer.privateKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(digitalSignature | keyEncipherment, true),
      new x509.ExtendedKeyUsageExtension([serverAuth, clientAuth]),
      new x509.SubjectAlternativeNameExtension([
        ...dns.map((value) => ({ type: 'dns' as const, value })),
        ...ips.map((value) => ({ type: 'ip' as const, value })),
      ]),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.certificate),
    ],
  });
  return { certificate, privateKey: keys.privateKey };
}

/** PKCS#8. */
export const keyBytes = async ({ privateKey }: Pair): Promise<Uint8Array> =>
  new Uint8Array(await webcrypto.subtle.exportKey('pkcs8', privateKey));

export const certificateBytes = ({ certificate }: Pair): Uint8Array => new Uint8Array(certificate.rawData);
