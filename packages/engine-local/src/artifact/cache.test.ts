import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { pathToFileURL } from 'node:url';
import { findProgram } from '../host/program.ts';
import { fetchArtifact, openCache } from './cache.ts';
import { digestOf, parseChecksum } from './digest.ts';

const folder = (t: TestContext): string => {
  const path = mkdtempSync(join(tmpdir(), 'warder-artifact-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
};

const serve = async (t: TestContext, listener: RequestListener): Promise<string> => {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const artifact = (uri: string, rest: { extract?: boolean; executable?: boolean; checksum?: string } = {}) => ({
  uri,
  extract: false,
  executable: false,
  ...rest,
});

const transfer = { signal: new AbortController().signal, progress: () => {} };
const sha256 = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;

/** Nothing but what was fetched well. */
const entries = (home: string): number => readdirSync(join(home, 'cache')).length;

test('a file is copied once, verified, and copied again when it is another one', async (t) => {
  const home = folder(t);
  const path = join(folder(t), 'tool.sh');
  writeFileSync(path, 'one');
  const uri = pathToFileURL(path).href;
  const first = await fetchArtifact(home, artifact(uri, { executable: true }));
  assert.equal(readFileSync(first.path, 'utf8'), 'one');
  assert.equal(statSync(first.path).mode & 0o777, 0o755);
  assert.equal(first.digest, sha256('one'));
  writeFileSync(path, 'other');
  const second = await fetchArtifact(home, artifact(uri, { executable: true }));
  assert.equal(readFileSync(second.path, 'utf8'), 'other');
  assert.equal(readFileSync(first.path, 'utf8'), 'one', 'tasks that have the old one keep it');
});

test('http: two that want the same at the same time fetch it once', async (t) => {
  let requests = 0;
  const url = await serve(t, (_, response) => {
    requests += 1;
    setTimeout(() => response.end('body'), 100);
  });
  const cache = openCache(folder(t));
  const wanted = artifact(`${url}/a.bin`, { checksum: sha256('body') });
  const [one, other] = await Promise.all([cache.fetch(wanted, transfer), cache.fetch(wanted, transfer)]);
  await cache.fetch(wanted, transfer);
  assert.equal(one?.path, other?.path);
  assert.equal(requests, 1);
  assert.equal(one?.warning, undefined);
  const unchecked = await cache.fetch(artifact(`${url}/a.bin`), transfer);
  assert.match(unchecked.warning ?? '', /has no checksum/);
});

test('two processes that fetch the same do not get in the way of each other', async (t) => {
  const home = folder(t);
  const url = await serve(t, (_, response) => setTimeout(() => response.end('body'), 50));
  const wanted = artifact(`${url}/a.bin`);
  const all = await Promise.all(Array.from({ length: 5 }, () => fetchArtifact(home, wanted)));
  assert.equal(new Set(all.map((each) => each.path)).size, 1);
  assert.equal(entries(home), 1);
});

test('what one gives up, another one still gets', async (t) => {
  const url = await serve(t, (_, response) => setTimeout(() => response.end('body'), 200));
  const cache = openCache(folder(t));
  const abort = new AbortController();
  const left = cache.fetch(artifact(`${url}/a`), { ...transfer, signal: abort.signal });
  const stays = cache.fetch(artifact(`${url}/a`), transfer);
  abort.abort();
  await assert.rejects(left);
  assert.equal(readFileSync((await stays).path, 'utf8'), 'body');
});

test('a wrong checksum is refused, and nothing is kept', async (t) => {
  const home = folder(t);
  const url = await serve(t, (_, response) => response.end('not this'));
  const wanted = artifact(`${url}/a.bin`, { checksum: sha256('this') });
  await assert.rejects(fetchArtifact(home, wanted), {
    code: 'engine-checksum-wrong',
    message: new RegExp(`${sha256('not this')}, not ${sha256('this')}`),
  });
  assert.equal(entries(home), 0);
  await assert.rejects(fetchArtifact(home, { ...wanted, checksum: 'sha256:12' }), {
    code: 'engine-checksum-malformed',
  });
});

test('a server that fails is asked again, one that refuses is not', async (t) => {
  let requests = 0;
  const url = await serve(t, (request, response) => {
    requests += 1;
    response.statusCode = request.url === '/none' ? 404 : requests === 1 ? 503 : 200;
    response.end('body');
  });
  const told: string[] = [];
  const home = folder(t);
  await fetchArtifact(home, artifact(`${url}/flaky`), { progress: (message) => told.push(message) });
  assert.equal(requests, 2);
  assert.match(told.join('\n'), /attempt 1 failed.*503/);
  await assert.rejects(fetchArtifact(home, artifact(`${url}/none`)), /404/);
  assert.equal(requests, 3);
});

test('addresses that cannot be', async (t) => {
  const home = folder(t);
  await assert.rejects(fetchArtifact(home, artifact('ftp://x/y')), { code: 'engine-artifact-address' });
  await assert.rejects(fetchArtifact(home, artifact('file:///nowhere/at/all')), { code: 'engine-artifact-missing' });
  await assert.rejects(fetchArtifact(home, artifact('maven:just-a-name')), { code: 'engine-artifact-address' });
  await assert.rejects(fetchArtifact(home, artifact('maven:a:b:1</version>')), { code: 'engine-artifact-address' });
  assert.equal(entries(home), 0);
});

for (const name of ['a.tar', 'a.tar.gz', 'a.tgz']) {
  test(`${name} is unpacked for every user to read and run`, async (t) => {
    const work = folder(t);
    mkdirSync(join(work, 'in', 'bin'), { recursive: true });
    writeFileSync(join(work, 'in', 'bin', 'run'), '#!/bin/sh\n', { mode: 0o700 });
    writeFileSync(join(work, 'in', 'text'), '', { mode: 0o600 });
    symlinkSync('bin/run', join(work, 'in', 'link'));
    execFileSync('tar', ['-C', join(work, 'in'), name === 'a.tar' ? '-cf' : '-czf', join(work, name), '.']);
    const { path } = await fetchArtifact(folder(t), artifact(pathToFileURL(join(work, name)).href, { extract: true }));
    assert.equal(readFileSync(join(path, 'link'), 'utf8'), '#!/bin/sh\n');
    assert.equal(statSync(join(path, 'bin', 'run')).mode & 0o777, 0o755);
    assert.equal(statSync(join(path, 'text')).mode & 0o777, 0o644);
    assert.equal(statSync(join(path, 'bin')).mode & 0o777, 0o755);
  });
}

test('zip is unpacked', async (t) => {
  if (findProgram('unzip') === undefined || findProgram('python3') === undefined)
    return t.skip('needs unzip and python3');
  const work = folder(t);
  const zip = join(work, 'a.zip');
  execFileSync('python3', ['-c', `import zipfile; z = zipfile.ZipFile("${zip}", "w"); z.writestr("in/file", "text")`]);
  const { path } = await fetchArtifact(folder(t), artifact(pathToFileURL(zip).href, { extract: true }));
  assert.equal(readFileSync(join(path, 'in', 'file'), 'utf8'), 'text');
});

test('an archive that leaves its directory is refused', async (t) => {
  const work = folder(t);
  const home = folder(t);
  mkdirSync(join(work, 'in'));
  writeFileSync(join(work, 'out'), 'x');
  symlinkSync('../../etc', join(work, 'in', 'link'));
  const archives = {
    dots: ['-C', join(work, 'in'), '-P', '-cf', join(work, 'dots.tar'), '../out'],
    absolute: ['-P', '-cf', join(work, 'absolute.tar'), join(work, 'out')],
    link: ['-C', join(work, 'in'), '-cf', join(work, 'link.tar'), 'link'],
  };
  for (const [name, args] of Object.entries(archives)) {
    execFileSync('tar', args);
    const uri = pathToFileURL(join(work, `${name}.tar`)).href;
    await assert.rejects(
      fetchArtifact(home, artifact(uri, { extract: true })),
      { code: 'engine-archive-escapes' },
      name,
    );
  }
  writeFileSync(join(work, 'broken.tar'), 'no archive at all');
  const broken = pathToFileURL(join(work, 'broken.tar')).href;
  await assert.rejects(fetchArtifact(home, artifact(broken, { extract: true })), { code: 'engine-archive-broken' });
  assert.equal(entries(home), 0);
});

test('the digest of a directory is that of its sorted lines', async (t) => {
  const work = folder(t);
  writeFileSync(join(work, 'b.jar'), 'B');
  writeFileSync(join(work, 'a.jar'), 'A');
  const lines = ['a.jar', 'b.jar'].map((name) => `${name} ${sha256(name[0]?.toUpperCase() ?? '').slice(7)}\n`);
  assert.equal(await digestOf(work), sha256(lines.join('')));
  assert.equal(await digestOf(join(work, 'a.jar')), sha256('A'));
  assert.deepEqual(parseChecksum(sha256('A').toUpperCase().replace('SHA256', 'sha256')).hex, sha256('A').slice(7));
});

test('maven: the jars of the runtime closure, in one directory', { timeout: 120_000 }, async (t) => {
  if (findProgram('mvn') === undefined) return t.skip('needs the Maven client');
  const home = folder(t);
  const wanted = artifact('maven:org.slf4j:slf4j-simple:2.0.17');
  let fetched: Awaited<ReturnType<typeof fetchArtifact>>;
  try {
    fetched = await fetchArtifact(home, wanted);
  } catch (error) {
    if (/resolve|transfer|unreachable|offline/i.test(String(error)))
      return t.skip(`needs a Maven repository: ${String(error)}`);
    throw error;
  }
  assert.deepEqual(readdirSync(fetched.path).toSorted(), ['slf4j-api-2.0.17.jar', 'slf4j-simple-2.0.17.jar']);
  assert.equal(await digestOf(fetched.path), fetched.digest);
  const none = artifact('maven:org.slf4j:slf4j-simple:0.0.0-none');
  await assert.rejects(fetchArtifact(home, none), { code: 'engine-artifact-failed', message: /slf4j-simple/ });
  assert.equal(entries(home), 1);
});
