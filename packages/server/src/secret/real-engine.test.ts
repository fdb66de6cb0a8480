/** Secrets and certificates from the API to processes on the real local engine, and a search for them everywhere else. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { connect, type Client, type RunView, type TaskView } from '@warder/api/client';
import { openLocalEngine } from '@warder/engine-local';
import { startServer, type Server } from '../start.ts';

const METADATA = 'name: vault\nversion: 0.1.0\ndescription: For a test.\n';

/** Its tasks write down only digests of what they were given: the search below must find the values nowhere. */
const SERVICE = `
name: {{name}}
scheduler:
  user: nobody
pods:
  safe:
    count: 1
    secrets:
      both:
        secret: '{{name}}/both'
        env-key: WORD
        file: given/word
      path:
        secret: '{{name}}/plain'
    tasks:
      server:
        goal: RUNNING
        cpus: 0.1
        memory: 64
        ports:
          https:
            port: 0
            env-key: PORT
            advertise: true
        transport-encryption:
          - name: web
            type: TLS
          - name: store
            type: KEYSTORE
        configs:
          shown:
            template: templates/shown.conf
            dest: shown.conf
        readiness-check:
          cmd: test -e modes
          interval: 1
          delay: 0
          timeout: 10
        cmd: |
          for file in given/word {{name}}/plain shown.conf; do sha256sum < $file; done > seen
          printf %s "$WORD" | sha256sum >> seen
          ls -lL web.key store.keystore given/word shown.conf | cut -c1-10 > modes
          exec openssl s_server -quiet -cert web.crt -key web.key -accept $PORT
`;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

function writePackage(catalog: string): void {
  const folder = join(catalog, 'vault');
  mkdirSync(join(folder, 'templates'), { recursive: true });
  writeFileSync(join(folder, 'package.yml'), METADATA);
  writeFileSync(join(folder, 'service.yml'), SERVICE);
  writeFileSync(join(folder, 'templates', 'shown.conf'), 'password={{WORD}}\n');
}

type World = {
  readonly home: string;
  readonly server: Server;
  readonly client: Client;
  readonly features: readonly string[];
};

async function open(t: TestContext): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'warder-vault-'));
  const home = join(folder, 'home');
  writePackage(join(folder, 'catalog'));
  let features: readonly string[] = [];
  const server = await startServer({
    home,
    catalog: join(folder, 'catalog'),
    version: '9.9.9',
    openEngine: async (_home, log) => {
      const engine = await openLocalEngine({ home, log });
      ({ features } = engine.capabilities);
      return engine;
    },
  });
  const client = connect({ url: server.url, token: readFileSync(join(home, 'token'), 'utf8').trim() });
  t.after(async () => {
    await client.delete('/v1/services/vault').catch(() => undefined);
    await until(
      () => client.get<readonly unknown[]>('/v1/services'),
      ({ length }) => length === 0,
    );
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { home, server, client, features };
}

async function until<T>(ask: () => Promise<T>, isRight: (answer: T) => boolean = () => true): Promise<T> {
  const deadlineMs = Date.now() + 60_000;
  for (;;) {
    const answer = await ask().catch((error: unknown) => {
      if (Date.now() > deadlineMs) throw error;
      return undefined;
    });
    if (answer !== undefined && isRight(answer)) return answer;
    assert.ok(Date.now() < deadlineMs, `still ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function put({ server, home }: World, path: string, value: string): Promise<void> {
  const token = readFileSync(join(home, 'token'), 'utf8').trim();
  const url = new URL(`/v1/secrets/${encodeURIComponent(path)}`, server.url);
  const response = await fetch(url, { method: 'PUT', headers: { authorization: `Bearer ${token}` }, body: value });
  assert.equal(response.status, 200, await response.text());
}

const plan = ({ client }: World, name: string) => client.get<RunView>(`/service/vault/v1/plans/${name}`);
const complete = (world: World, name: string) =>
  until(
    () => plan(world, name),
    ({ status }) => status === 'COMPLETE',
  );

async function fileOf({ client }: World, path: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  const query = { path, offset: 0, length: 100_000 };
  for await (const chunk of client.bytes('/service/vault/v1/tasks/safe-0-server/file', { query })) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** The certificate that the task shows to a client that trusts this server alone and wants that name. */
async function certificateShown({ client }: World, servername: string): Promise<X509Certificate> {
  const [task] = await client.get<readonly TaskView[]>('/service/vault/v1/tasks');
  const { certificate: ca } = await client.get<{ readonly certificate: string }>('/v1/tls/ca');
  const { promise, resolve, reject } = Promise.withResolvers<X509Certificate>();
  const socket = connectTls({ host: task?.address, port: task?.ports['https'] ?? 0, ca, servername }, () => {
    const { authorized } = socket;
    const certificate = socket.getPeerX509Certificate();
    if (authorized && certificate !== undefined) resolve(certificate);
    else reject(new Error('not authorized'));
  });
  socket.on('error', reject);
  try {
    return await promise;
  } finally {
    socket.destroy();
  }
}

/** Every form in which a value could lie about. */
const formsOf = (value: string): readonly Buffer[] => [
  Buffer.from(value),
  Buffer.from(Buffer.from(value).toString('base64').slice(0, -3)),
  Buffer.from(Buffer.from(value).toString('hex')),
  Buffer.from(value, 'utf16le'),
];

function placesOf(home: string, values: readonly string[]): readonly string[] {
  const forms = values.flatMap(formsOf);
  const files = readdirSync(home, { recursive: true, withFileTypes: true })
    // What the link to the libraries leads to is not of this home.
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('/node_modules'))
    .map((entry) => join(entry.parentPath, entry.name));
  assert.ok(files.some((file) => file.endsWith('server.log')) && files.some((file) => file.endsWith('warder.db')));
  const commands = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => `/proc/${pid}/cmdline`);
  return [...files, ...commands].filter((file) => {
    const bytes = readQuietly(file);
    return forms.some((form) => bytes.includes(form));
  });
}

/** Processes and temporary files come and go. */
function readQuietly(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch {
    return Buffer.alloc(0);
  }
}

test(
  'secrets and certificates reach a task in a jail, are renewed by a restart, and lie nowhere else',
  { timeout: 180_000 },
  async (t) => {
    if (spawnSync('openssl', ['version']).error !== undefined) return t.skip('needs openssl');
    const world = await open(t);
    const { home, client } = world;
    const lacks = ['secrets', 'transport-encryption'].filter((feature) => !world.features.includes(feature));
    if (lacks.length > 0) return t.skip(`the engine of this machine has no ${lacks.join(', ')}`);
    const values = { both: 'first-word-9b1d77e0', plain: 'plain-word-51c2aa43' };

    const answer = await client.post<{ readonly message: string }>('/v1/services', { package: 'vault' });
    assert.match(answer.message, /the secrets vault\/both, vault\/plain are missing: warder secret put vault\/both; /);
    const message = (run: RunView): string => run.phases[0]?.steps[0]?.message ?? '';
    await until(
      () => plan(world, 'deploy'),
      (run) => message(run).includes('vault/both, vault/plain are missing'),
    );
    await put(world, 'vault/both', values.both);
    await until(
      () => plan(world, 'deploy'),
      (run) => message(run).startsWith('the secret vault/plain is missing'),
    );
    await put(world, 'vault/plain', values.plain);
    await complete(world, 'deploy');

    const digests = (both: string) =>
      [both, values.plain, `password=${both}\n`, both].map((text) => `${sha256(text)}  -`);
    const seen = async () => (await fileOf(world, 'seen')).trim().split('\n');
    assert.deepEqual(await seen(), digests(values.both));
    assert.deepEqual(new Set((await fileOf(world, 'modes')).trim().split('\n')), new Set(['-rw-------']));
    assert.deepEqual(placesOf(home, Object.values(values)), []);
    // It is ready a moment before it listens.
    const first = await until(() => certificateShown(world, 'localhost'));
    assert.equal(first.subject, 'CN=safe-0-server.vault');
    const [, name = ''] = /DNS:(safe-0-server\.[^,]+)/.exec(first.subjectAltName ?? '') ?? [];
    assert.equal((await certificateShown(world, name)).checkHost(name), name);

    const next = 'second-word-c0ffee11';
    await put(world, 'vault/both', next);
    assert.deepEqual(await seen(), digests(values.both), 'a running task keeps what it has');
    await client.post('/service/vault/v1/pod/safe-0/restart');
    await complete(world, 'restart');
    assert.deepEqual(await seen(), digests(next));
    const second = await until(() => certificateShown(world, 'localhost'));
    assert.notEqual(second.serialNumber, first.serialNumber);
    assert.equal(second.publicKey.equals(first.publicKey), false);
    assert.deepEqual(placesOf(home, [...Object.values(values), next]), []);

    const listed = await client.get<readonly object[]>('/v1/secrets');
    assert.partialDeepStrictEqual(listed, [
      { path: 'vault/both', version: 2, services: ['vault'] },
      { path: 'vault/plain', version: 1, services: ['vault'] },
    ]);
    await assert.rejects(client.delete('/v1/secrets/vault%2Fboth'), { code: 'secret-used', status: 409 });
    await client.delete('/v1/secrets/vault%2Fboth', { query: { force: true } });
    await client.post('/service/vault/v1/pod/safe-0/restart');
    await until(
      () => plan(world, 'restart'),
      (run) => message(run).startsWith('the secret vault/both is missing'),
    );
    const third = await certificateShown(world, 'localhost');
    assert.equal(third.serialNumber, second.serialNumber, 'what runs is not stopped for what could not start');
    const key = readFileSync(join(home, 'secret.key'), 'utf8').trim();
    assert.deepEqual(placesOf(home, [key]), [join(home, 'secret.key')]);
  },
);
