/** The API as HTTP, with a host that has no service that works. Services that run are in server/src/. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createApi } from './api.ts';
import { createChangeLog } from './event/change-log.ts';
import { ApiFailure } from './failure.ts';
import type { Host } from './host.ts';
import { routes } from './routes.ts';

const TOKEN = 'a-token-that-is-right';
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
let stopped = 0;

const host: Host = {
  log: silent,
  changes: createChangeLog('test'),
  info: () => ({
    version: '9.9.9',
    pid: 1,
    startedMs: 2,
    home: '/home',
    url: 'http://127.0.0.1:1',
    engine: {
      kind: 'none',
      capabilities: {
        offers: 'held',
        reservations: 'full',
        ports: 'per-host',
        statuses: 'level',
        isolation: [],
        vips: false,
        features: [],
      },
    },
  }),
  stop: () => void stopped++,
  packages: async () => [{ name: 'hello', version: '1.0', versions: ['1.0'], description: 'the smallest' }],
  package: async () => undefined,
  agents: () => [],
  setAgent: async () => assert.fail('not reached'),
  files: { list: async () => [], read: async () => undefined, write: async () => assert.fail('not reached') },
  services: () => [
    { name: 'prod/kafka', error: { code: 'package-broken', message: 'it is gone', next: 'install it' } },
  ],
  install: async (_by, wanted) => {
    if (wanted.package === 'bad') throw new Error('boom');
    throw new ApiFailure(409, 'service-exists', `${wanted.package} is installed already`, 'update it');
  },
  update: async () => assert.fail('not reached'),
  uninstall: async () => assert.fail('not reached'),
  secrets: {
    list: () => [],
    put: async (_by, path, value) => {
      put.push(`${path} ${Buffer.from(value).toString()}`);
      return { path, version: 1, sizeBytes: value.length, createdMs: 1, updatedMs: 1 };
    },
    delete: async () => assert.fail('not reached'),
  },
  authority: async () => 'a certificate',
};
/** What was put as a secret: `<path> <value>`. */
const put: string[] = [];
const api = createApi(host, TOKEN);

type Options = { readonly method?: string; readonly headers?: Record<string, string>; readonly body?: string };

async function call(path: string, { method = 'GET', headers = {}, body }: Options = {}) {
  const response = await api.fetch(
    new Request(`http://127.0.0.1:1${path}`, {
      method,
      headers: { host: '127.0.0.1:1', authorization: `Bearer ${TOKEN}`, ...headers },
      ...(body === undefined ? {} : { body }),
    }),
  );
  const text = await response.text();
  return { status: response.status, body: JSON.parse(text), headers: response.headers };
}

test('every route but the open ones refuses a request without the right token', async () => {
  const open = routes.filter((route) => route.open).map((route) => route.path);
  assert.deepEqual(open, ['/v1/health']);
  for (const route of routes) {
    const path = route.path.replaceAll(/\{\w+\}/g, 'x');
    for (const authorization of ['', 'Bearer', 'Bearer wrong', `Basic ${TOKEN}`, `Bearer ${TOKEN}x`]) {
      const answer = await call(path, { method: route.method, headers: { authorization } });
      if (route.open) assert.equal(answer.status, 200, path);
      else assert.equal(answer.status, 401, `${route.method} ${path} with '${authorization}'`);
      if (!route.open) assert.equal(answer.body.error.code, 'token-wrong');
    }
  }
  assert.equal(stopped, 0);
  assert.equal(
    (await call('/v1/nowhere', { headers: { authorization: '' } })).status,
    401,
    'nor does a guess learn more',
  );
  assert.equal((await call('/service/a/v1/topics', { headers: { authorization: '' } })).status, 401);
});

test('the token is not in the answer', async () => {
  const answer = await call('/v1/server', { headers: { authorization: 'Bearer wrong' } });
  assert.ok(!JSON.stringify(answer.body).includes(TOKEN));
  assert.match(answer.body.error.next, /token/);
});

test('a request under another name than that of this machine is refused', async () => {
  for (const name of ['evil.example', 'evil.example:80', '127.0.0.1.evil.example', 'localhost.evil', '10.0.0.1', '']) {
    const answer = await call('/v1/health', { headers: { host: name } });
    assert.deepEqual([answer.status, answer.body.error.code], [421, 'host-refused'], name);
  }
  for (const name of ['localhost', 'localhost:80', '127.0.0.1', '127.1.2.3:80', '[::1]:80']) {
    assert.equal((await call('/v1/health', { headers: { host: name } })).status, 200, name);
  }
});

test('what is not there is 404 and says where to look', async () => {
  const nowhere = await call('/v1/nowhere');
  assert.deepEqual([nowhere.status, nowhere.body.error.code], [404, 'route-unknown']);
  const unknown = await call('/service/prod%2Fkafak/v1/plans');
  assert.deepEqual([unknown.status, unknown.body.error.code], [404, 'service-unknown']);
  assert.equal(unknown.body.error.message, 'there is no service prod/kafak');
  assert.match(unknown.body.error.next, /did you mean prod\/kafka\?/);
  const pack = await call('/v1/packages/helo');
  assert.deepEqual([pack.status, pack.body.error.code], [404, 'package-unknown']);
  assert.match(pack.body.error.next, /hello/);
});

test('a service that could not be opened says why', async () => {
  const answer = await call('/service/prod%2Fkafka/v1/plans');
  assert.deepEqual([answer.status, answer.body.error.code], [503, 'package-broken']);
  assert.equal((await call('/service/prod.kafka/v1/plans')).body.error.code, 'package-broken', 'dots for slashes');
  assert.equal((await call('/v1/services')).body[0].status, 'failed');
});

test('a wrong method is 405 and says which are right', async () => {
  const answer = await call('/v1/services', { method: 'DELETE' });
  assert.deepEqual([answer.status, answer.body.error.code], [405, 'method-unknown']);
  assert.match(answer.body.error.next, /GET or POST/);
});

test('bad input is 400 with every problem and its place', async () => {
  const post = (body: string) => call('/v1/services', { method: 'POST', body });
  const broken = await post('{"package":');
  assert.deepEqual([broken.status, broken.body.error.code], [400, 'input-invalid']);
  const wrong = await post(JSON.stringify({ package: 3, name: '', nmae: 'x' }));
  assert.equal(wrong.status, 400);
  assert.deepEqual(wrong.body.error.detail.map(({ path }: { path: string }) => path).toSorted(), [
    '',
    'name',
    'package',
  ]);
  assert.equal((await post('')).status, 400);
  assert.equal((await post('[]')).status, 400);
});

test('a body that is too large is refused, with and without a length', async () => {
  const answer = await call('/v1/services', { method: 'POST', body: `"${'x'.repeat(1024 * 1024)}"` });
  assert.deepEqual([answer.status, answer.body.error.code], [413, 'input-too-large']);
});

test('a refusal of the host and an unexpected error', async () => {
  const refused = await call('/v1/services', { method: 'POST', body: '{"package":"hello"}' });
  assert.deepEqual([refused.status, refused.body.error.code], [409, 'service-exists']);
  const failed = await call('/v1/services', { method: 'POST', body: '{"package":"bad"}' });
  assert.deepEqual([failed.status, failed.body.error.code, failed.body.error.message], [500, 'unexpected', 'boom']);
});

test('the OpenAPI document names every route, resolves every reference and needs no token', async () => {
  const { status, body } = await call('/openapi.json', { headers: { authorization: '' } });
  assert.equal(status, 200);
  assert.equal(body.openapi, '3.1.0');
  assert.equal(body.info.version, '9.9.9');
  for (const route of routes) {
    const operation = body.paths[route.path]?.[route.method.toLowerCase()];
    assert.ok(operation?.summary, `${route.method} ${route.path}`);
    const named = operation.parameters.filter((parameter: { in: string }) => parameter.in === 'path');
    assert.equal(named.length, [...route.path.matchAll(/\{/g)].length);
  }
  const text = JSON.stringify(body);
  for (const [, name] of text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)) {
    assert.ok(name !== undefined && name in body.components.schemas, String(name));
  }
  assert.ok(!text.includes('"#/$defs'), 'no reference leads elsewhere');
  const paths: Record<string, Record<string, { operationId: string }>> = body.paths;
  const ids = Object.values(paths).flatMap((methods) => Object.values(methods).map(({ operationId }) => operationId));
  assert.equal(new Set(ids).size, ids.length);
});

test('stop answers before it stops', async () => {
  assert.equal((await call('/v1/server/stop', { method: 'POST' })).status, 202);
  assert.equal(stopped, 1);
});

test('the value of a secret is the body, whatever it is, and never answered', async () => {
  const ask = (body: string) => call('/v1/secrets/demo%2Fa', { method: 'PUT', body });
  const { status, body } = await ask('"hush');
  assert.equal(status, 200);
  assert.equal(JSON.stringify(body).includes('hush'), false);
  assert.deepEqual(put, ['demo/a "hush']);
  assert.equal((await ask('x'.repeat(1024 * 1024))).status, 200);
  assert.equal((await ask('x'.repeat(1024 * 1024 + 1))).status, 413);
});
