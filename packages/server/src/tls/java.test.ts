/** That Java itself speaks TLS with what it is given: both ends in one process, each showing and checking certificates. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openLog } from '../log.ts';
import { openAuthority } from './authority.ts';

const PROGRAM = `
import java.io.FileInputStream;
import java.security.KeyStore;
import javax.net.ssl.*;

public class Handshake {
  static KeyStore load(String type, String file) throws Exception {
    KeyStore store = KeyStore.getInstance(type);
    try (FileInputStream in = new FileInputStream(file)) { store.load(in, "notsecure".toCharArray()); }
    return store;
  }

  public static void main(String[] args) throws Exception {
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(load(args[2], args[0]), "notsecure".toCharArray());
    TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(load(args[2], args[1]));
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    SSLServerSocket server = (SSLServerSocket) context.getServerSocketFactory().createServerSocket(0);
    server.setNeedClientAuth(true);
    Thread serving = new Thread(() -> {
      try (SSLSocket one = (SSLSocket) server.accept()) {
        one.getOutputStream().write(one.getSession().getPeerPrincipal().getName().getBytes());
      } catch (Exception error) { error.printStackTrace(); }
    });
    serving.start();
    try (SSLSocket client = (SSLSocket) context.getSocketFactory().createSocket("localhost", server.getLocalPort())) {
      SSLParameters parameters = client.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      client.setSSLParameters(parameters);
      client.startHandshake();
      System.out.println(client.getSession().getPeerPrincipal().getName());
      System.out.println(new String(client.getInputStream().readAllBytes()));
    }
    serving.join();
  }
}
`;

const has = (program: string): boolean => spawnSync(program, ['-version']).error === undefined;

test('Java serves with the key store and trusts by the trust store, as PKCS12 and as JKS', async (t) => {
  if (!has('javac')) return t.skip('needs a JDK (javac)');
  const folder = mkdtempSync(join(tmpdir(), 'warder-java-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const authority = openAuthority(join(folder, 'tls-ca.pem'), openLog(join(folder, 'server.log')));
  const made = await authority.makeCertificates({
    task: 'node-0-server',
    service: 'demo',
    hostnames: [],
    address: '127.0.0.1',
    artifacts: [{ name: 'broker', type: 'KEYSTORE' }],
  });
  for (const { file = '', value } of made) writeFileSync(join(folder, file), value);
  writeFileSync(join(folder, 'Handshake.java'), PROGRAM);
  const compiled = spawnSync('javac', ['Handshake.java'], { cwd: folder, encoding: 'utf8' });
  assert.equal(compiled.status, 0, compiled.stderr);
  for (const type of ['PKCS12', 'JKS']) {
    const args = ['Handshake', 'broker.keystore', 'broker.truststore', type];
    const ran = spawnSync('java', args, { cwd: folder, encoding: 'utf8', timeout: 60_000 });
    assert.equal(ran.stderr, '');
    assert.deepEqual(ran.stdout.trim().split('\n'), ['CN=node-0-server.demo', 'CN=node-0-server.demo']);
  }
});
