import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test, type TestContext } from 'node:test';
import { connect, createServer, type TLSSocket } from 'node:tls';
import type { CertificateRequest } from '@warder/scheduler';
import { openLog } from '../log.ts';
import { openAuthority } from './authority.ts';

const folder = mkdtempSync(join(tmpdir(), 'warder-tls-'));
after(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'tls-ca.pem');
const authority = openAuthority(file, openLog(join(folder, 'server.log')));

const wanted: CertificateRequest = {
  task: 'node-0-server',
  service: 'demo',
  hostnames: ['node-0-server.demo.host', 'https.demo.vip'],
  address: '127.0.0.1',
  artifacts: [
    { name: 'web', type: 'TLS' },
    { name: 'store', type: 'KEYSTORE' },
  ],
};

/** Made once, and put where programs can read it. */
const made = await authority.makeCertificates(wanted);
for (const { file: name = '', value } of made) writeFileSync(join(folder, name), value);
const at = (name: string): string => join(folder, name);
const text = (name: string): string => readFileSync(at(name), 'utf8');

function has(t: TestContext, program: string, flag: string): boolean {
  const there = spawnSync(program, [flag]).error === undefined;
  if (!there) t.skip(`needs ${program}`);
  return there;
}

test('TLS gives certificate, key and authority; KEYSTORE gives key store and trust store', () => {
  const names = made.map((secret) => secret.file);
  assert.deepEqual(names, ['web.crt', 'web.key', 'web.ca', 'store.keystore', 'store.truststore']);
  assert.equal(
    made.some(({ envKey }) => envKey !== undefined),
    false,
  );
});

test('a certificate names its task, and all that the task is reached at', () => {
  const certificate = new X509Certificate(text('web.crt'));
  assert.equal(certificate.subject, 'CN=node-0-server.demo');
  assert.equal(
    certificate.subjectAltName,
    'DNS:node-0-server.demo.host, DNS:https.demo.vip, DNS:localhost, IP Address:127.0.0.1',
  );
  assert.equal(certificate.ca, false);
  const root = new X509Certificate(text('web.ca'));
  assert.equal(root.ca, true);
  assert.ok(certificate.checkIssued(root));
  assert.ok(certificate.verify(root.publicKey));
  assert.ok(certificate.publicKey.asymmetricKeyDetails?.modulusLength === 2048);
  assert.ok(certificate.validToDate <= root.validToDate);
});

test('a long name keeps its end: that is what tells services apart', async () => {
  const task = `${'p'.repeat(50)}-0-server`;
  const [crt] = await authority.makeCertificates({
    ...wanted,
    task,
    service: 'prod/orders',
    artifacts: wanted.artifacts,
  });
  const { subject } = new X509Certificate(Buffer.from(crt?.value ?? []));
  assert.equal(subject, `CN=${`${task}.prod/orders`.slice(-64)}`);
});

test('a server has one authority, its key for its owner alone; each launch has a key of its own', async () => {
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const again = openAuthority(file, openLog(at('server.log')));
  assert.equal(await again.certificate(), await authority.certificate());
  assert.equal(await again.certificate(), text('web.ca'));
  const next = await again.makeCertificates(wanted);
  assert.notEqual(Buffer.from(next[1]?.value ?? []).toString(), text('web.key'));
  assert.ok(new X509Certificate(Buffer.from(next[0]?.value ?? [])).checkIssued(new X509Certificate(text('web.ca'))));
  assert.notEqual(new X509Certificate(Buffer.from(next[0]?.value ?? [])).serialNumber, serialOf('web.crt'));
});

const serialOf = (name: string): string => new X509Certificate(text(name)).serialNumber;

test('asked for at the same time, the authority is made once', async () => {
  const other = openAuthority(at('other.pem'), openLog(at('server.log')));
  const [one, two] = await Promise.all([other.certificate(), other.certificate()]);
  assert.equal(one, two);
});

test('a file that holds no authority is named, with what to do', async () => {
  writeFileSync(at('broken.pem'), 'hello');
  const broken = openAuthority(at('broken.pem'), openLog(at('server.log')));
  await assert.rejects(broken.certificate(), /broken\.pem cannot be used: .* move the file away to make another/);
  assert.equal(text('broken.pem'), 'hello');
});

test('openssl verifies the chain and the names', (t) => {
  if (!has(t, 'openssl', 'version')) return;
  const verify = (...more: string[]) =>
    execFileSync('openssl', ['verify', '-x509_strict', '-CAfile', at('web.ca'), ...more, at('web.crt')], {
      stdio: 'pipe',
    }).toString();
  assert.match(verify('-purpose', 'sslserver', '-verify_hostname', 'https.demo.vip'), /OK/);
  assert.match(verify('-purpose', 'sslclient', '-verify_ip', '127.0.0.1'), /OK/);
  assert.throws(() => verify('-verify_hostname', 'other.demo.host'));
});

test('openssl reads key store and trust store', (t) => {
  if (!has(t, 'openssl', 'version')) return;
  const show = (name: string, ...more: string[]) =>
    execFileSync('openssl', ['pkcs12', '-in', at(name), '-passin', 'pass:notsecure', '-nodes', ...more]).toString();
  assert.match(show('store.keystore'), /BEGIN PRIVATE KEY/);
  assert.equal(show('store.keystore', '-nokeys').match(/BEGIN CERTIFICATE/g)?.length, 2);
  assert.equal(show('store.truststore').match(/BEGIN CERTIFICATE/g)?.length, 1);
  assert.throws(() =>
    execFileSync('openssl', ['pkcs12', '-in', at('store.keystore'), '-passin', 'pass:wrong', '-nodes'], {
      stdio: 'pipe',
    }),
  );
});

for (const type of ['PKCS12', 'JKS']) {
  test(`Java finds its entries, asked for a key store of type ${type}`, (t) => {
    if (!has(t, 'keytool', '-help')) return;
    const list = (name: string) =>
      execFileSync('keytool', ['-list', '-v', '-keystore', at(name), '-storetype', type, '-storepass', 'notsecure'], {
        stdio: 'pipe',
      }).toString();
    const keys = list('store.keystore');
    assert.match(keys, /Alias name: default[^]*Entry type: PrivateKeyEntry[^]*Certificate chain length: 2/);
    assert.match(list('store.truststore'), /Alias name: warder-ca[^]*Entry type: trustedCertEntry/);
  });
}

/** A whole handshake, both sides showing who they are. Resolves to what the client says of the server. */
async function handshake(server: object, client: object): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const listener = createServer({ ...server, requestCert: true, rejectUnauthorized: true }, (socket) => {
    socket.on('error', () => undefined);
    socket.end(socket.authorized ? 'welcome' : 'stranger');
  });
  listener.on('tlsClientError', reject);
  listener.listen(0, '127.0.0.1');
  await new Promise((listening) => listener.once('listening', listening));
  const address = listener.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const socket: TLSSocket = connect({ host: '127.0.0.1', port, ...client });
  socket.on('error', reject);
  socket.on('data', (data) => resolve(data.toString()));
  try {
    return await promise;
  } finally {
    socket.destroy();
    listener.close();
  }
}

test('a real handshake: by PEM files and by key stores, by name and by address', async () => {
  const files = { cert: text('web.crt'), key: text('web.key'), ca: text('web.ca') };
  const store = { pfx: readFileSync(at('store.keystore')), passphrase: 'notsecure', ca: text('web.ca') };
  assert.equal(await handshake(files, { ...files, servername: 'https.demo.vip' }), 'welcome');
  assert.equal(await handshake(store, { ...store, servername: '' }), 'welcome');
  assert.equal(await handshake(files, { ...store, servername: 'localhost' }), 'welcome');
});

test('a handshake fails for a name that is not its own, and for an authority of another server', async () => {
  const files = { cert: text('web.crt'), key: text('web.key'), ca: text('web.ca') };
  await assert.rejects(handshake(files, { ...files, servername: 'other.demo.host' }), {
    code: 'ERR_TLS_CERT_ALTNAME_INVALID',
  });
  const other = await openAuthority(at('third.pem'), openLog(at('server.log'))).certificate();
  await assert.rejects(handshake(files, { ...files, ca: other }));
});
