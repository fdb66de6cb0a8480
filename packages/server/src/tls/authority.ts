/** Who vouches for the tasks of this server: a certificate authority of its own, made on first use. */
import { existsSync, readFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import type { CertificateMaker, Log } from '@warder/scheduler';
import { writeWholeFile } from '../whole-file.ts';
import { pem } from './pem.ts';
import { keyStore, trustStore } from './pkcs12.ts';
import type { Pair } from './x509.ts';

export type Authority = {
  /** Its certificate (PEM), for clients to trust. */
  certificate(): Promise<string>;
  /** Keys and certificates of a task: PEM files, and key stores with the password that dcos-commons gave them. */
  readonly makeCertificates: CertificateMaker;
};

const DAYS = 3_653;
const COMMON_NAME_MAX = 64;
const PASSWORD = 'notsecure';

/** `file` holds the private key and the certificate: one file, so that neither is ever there without the other. */
export function openAuthority(file: string, log: Log): Authority {
  let opening: Promise<Pair> | undefined;

  const open = async (): Promise<Pair> => {
    const x509 = await import('./x509.ts');
    if (existsSync(file)) return x509.readAuthority(readFileSync(file, 'utf8'));
    const pair = await x509.makeAuthority(`Warder CA ${randomBytes(4).toString('hex')}`, DAYS);
    const certificate = pem('CERTIFICATE', x509.certificateBytes(pair));
    writeWholeFile(file, pem('PRIVATE KEY', await x509.keyBytes(pair)) + certificate);
    log.info({ file, subject: pair.certificate.subject }, 'certificate authority made');
    return pair;
  };

  const pair = async (): Promise<Pair> => {
    opening ??= open();
    try {
      const found = await opening;
      if (found.certificate.notAfter.getTime() > Date.now()) return found;
      throw new Error(`it ended on ${found.certificate.notAfter.toISOString()}`);
    } catch (error) {
      opening = undefined;
      const why = error instanceof Error ? error.message : String(error);
      throw new Error(
        `the certificate authority in ${file} cannot be used: ${why}; move the file away to make another`,
        {
          cause: error,
        },
      );
    }
  };

  return {
    certificate: async () => pem('CERTIFICATE', new Uint8Array((await pair()).certificate.rawData)),
    makeCertificates: async ({ task, service, hostnames, address, artifacts }) => {
      const authority = await pair();
      const { makeCertificate, keyBytes, certificateBytes } = await import('./x509.ts');
      const dns = [...new Set([...hostnames, ...(isIP(address) === 0 ? [address] : []), 'localhost'])];
      const ips = isIP(address) === 0 ? [] : [address];
      const commonName = `${task}.${service}`.slice(-COMMON_NAME_MAX);
      const own = await makeCertificate(authority, { commonName, dns, ips });
      const [key, certificate, root] = [await keyBytes(own), certificateBytes(own), certificateBytes(authority)];
      return artifacts.flatMap(({ name, type }) =>
        type === 'TLS'
          ? [
              { file: `${name}.crt`, value: Buffer.from(pem('CERTIFICATE', certificate)) },
              { file: `${name}.key`, value: Buffer.from(pem('PRIVATE KEY', key)) },
              { file: `${name}.ca`, value: Buffer.from(pem('CERTIFICATE', root)) },
            ]
          : [
              {
                file: `${name}.keystore`,
                value: keyStore({ alias: 'default', key, chain: [certificate, root] }, PASSWORD),
              },
              { file: `${name}.truststore`, value: trustStore({ alias: 'warder-ca', certificate: root }, PASSWORD) },
            ],
      );
    },
  };
}
