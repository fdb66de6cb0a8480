import assert from 'node:assert/strict';
import { readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openHome } from '../home.ts';
import { makeHome } from '../testing.ts';
import { hostsText, isHostname, openHosts, shortName } from './hosts.ts';

const hosts = [
  { service: 'a', address: '10.0.0.1', short: 'db-0', names: ['db-0.a.host', 'db.a.host'] },
  { service: 'b', address: '10.0.0.2', short: 'db-0', names: [] },
  { service: 'b', address: '10.0.0.3', names: ['web.b.vip'] },
  { service: 'b', address: '10.0.0.3', names: ['web.b.vip'] },
];

test('whole names are known to all, the short ones to their own service', () => {
  const localhost = '127.0.0.1 localhost\n::1 localhost ip6-localhost\n';
  assert.equal(hostsText('a', hosts), `${localhost}10.0.0.1 db-0 db-0.a.host db.a.host\n10.0.0.3 web.b.vip\n`);
  assert.equal(
    hostsText('b', hosts),
    `${localhost}10.0.0.1 db-0.a.host db.a.host\n10.0.0.2 db-0\n10.0.0.3 web.b.vip\n`,
  );
  assert.equal(hostsText('c', []), localhost);
});

test('the file stays the same one, longer or shorter', (t) => {
  const folder = makeHome();
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const { fileOf, write, remove } = openHosts(openHome(folder));
  const services = ['a', 'prod/b'];
  assert.equal(fileOf('prod/b').startsWith(join(folder, 'engine', 'hosts')), true);
  write(services, hosts.slice(0, 1));
  const { ino, mode } = statSync(fileOf('a'));
  assert.equal(mode & 0o777, 0o644, 'every user of a jail reads it');
  for (const list of [hosts, [], hosts.slice(1), hosts]) {
    write(services, list);
    for (const service of services) assert.equal(readFileSync(fileOf(service), 'utf8'), hostsText(service, list));
    assert.equal(statSync(fileOf('a')).ino, ino);
  }
  remove('a');
  remove('a');
  assert.equal(statSync(fileOf('a'), { throwIfNoEntry: false }), undefined);
});

test('what a host name is', () => {
  for (const good of ['a', 'db-0.kafka.host', '0', 'a_b']) assert.equal(isHostname(good), true, good);
  for (const bad of ['', '-a', '.a', 'a b', 'a\nb', 'a#', 'x'.repeat(300)]) assert.equal(isHostname(bad), false, bad);
  assert.equal(shortName('hello-0-server'), 'hello-0-server');
  assert.equal(shortName('-a_b.c-'), 'a-b-c');
  assert.equal(shortName('///'), 'task');
});
