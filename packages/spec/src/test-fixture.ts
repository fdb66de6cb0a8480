/** The real spec files of dcos-commons, unchanged, as they lie beside the checkout; and specs of our own. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { resolveOptions } from './options/resolve.ts';
import { loadPackage } from './package/load.ts';
import { renderTemplate } from './template/render.ts';
import type { View } from './template/lookup.ts';

const checkout = join(import.meta.dirname, '../../..');
export const root = join(checkout, '../shared/conformance/dcos-commons');
export const skip = existsSync(root) ? false : `the conformance files are not beside the checkout (${root})`;

const podEnv = (pod: string): Record<string, string> => ({
  [`${pod}_COUNT`]: '2',
  [`${pod}_CPUS`]: '0.1',
  [`${pod}_MEM`]: '256',
  [`${pod}_DISK`]: '25',
  [`${pod}_PLACEMENT`]: '[["hostname", "UNIQUE"]]',
  [`${pod}_KILL_GRACE_PERIOD`]: '3',
  [`${pod}_RLIMIT_NOFILE_SOFT`]: '1024',
  [`${pod}_RLIMIT_NOFILE_HARD`]: '2048',
  [`${pod}_READINESS_CHECK_INTERVAL`]: '5',
  [`${pod}_READINESS_CHECK_DELAY`]: '0',
  [`${pod}_READINESS_CHECK_TIMEOUT`]: '10',
  [`${pod}_LABELS`]: 'label1:label1-value',
  [`${pod}_SECRET1`]: 'some/secret1',
  [`${pod}_SECRET2`]: 'some/secret2',
  [`${pod}_SECRET3`]: 'some/secret3',
});

/** What the schedulers of the fixtures would have been started with. */
export const env = {
  ...podEnv('HELLO'),
  ...podEnv('WORLD'),
  FRAMEWORK_NAME: 'hello-world',
  FRAMEWORK_USER: 'nobody',
  FRAMEWORK_PRINCIPAL: 'hello-world-principal',
  SLEEP_DURATION: '1000',
  DEPLOY_STRATEGY: 'parallel',
  DEPLOY_STEPS: '[[first], [second, third]]',
  DISCOVERY_TASK_PREFIX: 'discovery',
  JAVA_URI: 'https://example.org/jre.tar.gz',
  BOOTSTRAP_URI: 'https://example.org/bootstrap.zip',
  KEYSTORE_APP_URI: 'https://example.org/keystore-app.zip',
  KEYSTORE_APP_VERSION: '1',
  NGINX_CONTAINER_VERSION: '1',
  ENABLED: 'false',
};

export const template = 'a={{b}}';

export const specFiles = (folder: string): readonly string[] =>
  readdirSync(join(root, folder)).filter((file) => file.endsWith('.yml'));

export type Sample = { readonly name: string; readonly text: string };

const sample = (name: string, text: string, view: View): Sample => {
  const rendered = renderTemplate(text, view);
  assert.ok('text' in rendered, name);
  return { name, text: rendered.text };
};

/** Every fixture with its tags filled in; those that must be refused are among them. */
export const fixtureSamples = (): readonly Sample[] =>
  ['helloworld', 'resources'].flatMap((folder) =>
    specFiles(folder).map((file) => sample(`${folder}/${file}`, readFileSync(join(root, folder, file), 'utf8'), env)),
  );

/** The packages of the checkout with their default options, and a spec with all that they do not use. */
export const ownSamples = (): readonly Sample[] => [
  ...['hello', 'kafka'].map((name): Sample => {
    const loaded = loadPackage(join(checkout, 'services', name));
    const resolved = 'package' in loaded ? resolveOptions(loaded.package.options, {}) : loaded;
    assert.ok('package' in loaded && 'options' in resolved, name);
    const { versions, prepare } = loaded.package;
    const { options } = resolved;
    const prepared = prepare({ name, options, version: versions[0] ?? '', uid: '0'.repeat(32), isCheck: true });
    assert.ok('text' in prepared, name);
    return sample(name, prepared.text, prepared.view);
  }),
  { name: 'everything', text: everything },
];

const everything = `
name: prod/everything
web-url: https://example.org
region: north
replacement-failure-policy: {permanent-failure-timeout-secs: 60, min-replace-delay-secs: 0.5}
scheduler: {user: kafka}
pods:
  a:
    count: 3
    allow-decommission: true
    placement: '@zone:GROUP_BY:3,hostname:UNIQUE,rack_id:UNLIKE:a\\:b'
    image: example.org/a:1@sha256:abc
    networks: {dcos: , mesos-bridge: {host-ports: [80], container-ports: [8080], labels: "k:v"}}
    uris: [https://example.org/x.tgz, {uri: "maven:g:a:1", dest: lib}]
    rlimits: {RLIMIT_NOFILE: {soft: 1, hard: 2}}
    volume: {path: pod, type: ROOT, size: 5}
    host-volumes: {etc: {host-path: /etc, container-path: etc, mode: RO}}
    external-volumes: {e: {type: DOCKER, driver-name: pxd, driver-options: size=1, container-path: /e}}
    secrets: {s: {secret: a/b}, t: {secret: c, env-key: T, file: t}}
    pre-reserved-role: slave_public
    share-pid-namespace: true
    seccomp-profile-name: strict
    ipc-mode: PRIVATE
    shm-size: 64
    gates: {stop: [safe]}
    resource-sets:
      shared:
        cpus: 0.5
        gpus: 2
        memory: 128
        resource-limits: {cpus: unlimited, memory: 256}
        ports:
          client: {port: 9092, env-key: PORT, advertise: true, vip: {port: 80}}
          other: {ranges: [{begin: 1000}, {end: 900}]}
        volumes: {y: {path: log, type: MOUNT, size: 200, profiles: [fast, big]}}
    tasks:
      init: {goal: ONCE, cmd: init, resource-set: shared, essential: false}
      server:
        goal: RUNNING
        cmd: "exec server {{not-a-tag}}"
        resource-set: shared
        env: {A: "1.10", B: true, C: , kebab-case: 5}
        configs: {main-file: {template: a, dest: ../x}}
        health-check: {cmd: h, interval: 5, grace-period: 30, max-consecutive-failures: 3, timeout: 10}
        readiness-check: {cmd: r, interval: 0.25, timeout: 1.5, delay: 2}
        kill-grace-period: 7
        labels: a:1,b:x:y
        discovery: {prefix: srv, visibility: EXTERNAL}
        transport-encryption: [{name: tls, type: TLS}, {name: store, type: KEYSTORE}]
        ipc-mode: SHARE_PARENT
        live: {procedure: apply, values: {k: 5, dash-ed: x}}
      helper: {goal: FINISH, cmd: help, ports: {p: {port: 0}}, shm-size: 5}
plans:
  deploy:
    strategy: dependency
    phases:
      first: {pod: a, strategy: canary, soak: 5, steps: [{approve: "Sure?"}, {1: [[init], [server, helper]]}, {default: [[server]]}]}
      second: {after: [first], steps: [{call: tidy, name: tidy-up, args: {some-key: [1, {x: y}]}}]}
      third: {after: [first, second], pod: a, strategy: parallel, steps: [stop, [server], {wait: calm, soak: 1, deadline: 2.5}]}
  replace:
    phases: {again: {pod: a, steps: [{default: [stop, release, [server]]}]}}
`;
