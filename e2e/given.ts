/** The specs of dcos-commons beside the checkout, in folders to install from. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '..', '..', 'shared', 'conformance', 'dcos-commons');

export const noGiven: string | false = existsSync(root)
  ? false
  : `the conformance files are not beside the checkout (${root})`;

/** As they are. */
export const helloworld = join(root, 'helloworld');
export const kafka = join(root, 'kafka');

type Edit = readonly [from: RegExp, to: string];

/**
 * helloworld, with stand-ins for what only a cluster of DC/OS has: its DNS, images of a registry, an overlay network,
 * programs and files of the internet. Everything else is as it was given.
 */
export function helloworldHere(folder: string): string {
  const files = join(folder, 'files');
  cpSync(helloworld, folder, { recursive: true });
  for (const path of [
    'README.md',
    'docs/generate.sh',
    'frameworks/helloworld/README.md',
    'jre-tar-gz',
    'keystore-app-zip',
  ]) {
    mkdirSync(join(files, path, '..'), { recursive: true });
    writeFileSync(join(files, path), `${path}\n`);
  }
  const noImage: Edit = [/^ +image: .*\n/gm, ''];
  const resolved =
    'until getent hosts hello-0.$$FRAMEWORK_HOST | grep "^$$TASK_ADDRESS "; do sleep 0.1; done >> output';
  edit(folder, {
    'discovery.yml': [[/export INTERFACE=.*\n.*? dig .*? >> output/g, resolved]],
    // A name that only bash knows, and here sh is the one of this host.
    'graceful-shutdown.yml': [[/trap terminated SIGTERM/, 'trap terminated TERM']],
    'host-volume.yml': [noImage],
    'secrets.yml': [noImage],
    'tls.yml': [
      noImage,
      [/^ +networks:\n +dcos:\n/gm, ''],
      // Without a network of its own, a task has the ports of its agent.
      [/(nginx-https:\n +port:) 443/, '$1 10443'],
      [/java -jar .*/g, 'test -s dropwizard.keystore && test -s dropwizard.truststore && sleep 1000'],
      [/cp nginx\.crt[^]*?\n +nginx\n/g, 'test -s nginx.crt && test -s nginx.key && sleep 1000\n'],
    ],
    'uri.yml': [[/https:\/\/github\.com\/mesosphere\/dcos-commons\/blob\/master/g, `file://${files}`]],
  });
  return folder;
}

/** The fixtures as one package: each has the name that it is given, and its command runs until it is stopped. */
export function fixturesHere(folder: string): string {
  const from = join(root, 'resources');
  cpSync(from, folder, { recursive: true });
  cpSync(join(from, 'valid-simple.yml'), join(folder, 'svc.yml'));
  for (const name of ['config-one.conf', 'config-two.xml', 'config-three.conf']) {
    writeFileSync(join(folder, `${name}.mustache`), 'task={{TASK_NAME}}\n');
  }
  const edits: readonly Edit[] = [
    [/^name: .*/m, 'name: {{FRAMEWORK_NAME}}'],
    [/cmd: (?:"(?:\.\/(?:task-cmd|server)|some command|cmd)"|\.\/disabled .*)/g, 'cmd: "exec sleep 1000"'],
    [/cmd: "\.\/(?:init|health-check|readiness-check)"/g, 'cmd: "true"'],
    // Of the variables that every task has, none can be given another value: here as there.
    [/\$TASK_NAME\$CONTAINER_PATH_SUFFIX/g, 'meta-data$$CONTAINER_PATH_SUFFIX'],
  ];
  edit(folder, Object.fromEntries(fixtures().map((file) => [file, edits])));
  return folder;
}

/** One of them as it is, with nothing beside it. */
export function fixtureAsItIs(folder: string, file: string): string {
  mkdirSync(folder, { recursive: true });
  cpSync(join(root, 'resources', file), join(folder, 'svc.yml'));
  return folder;
}

export const specs = (): readonly string[] => readdirSync(helloworld).filter((file) => file.endsWith('.yml'));
export const fixtures = (): readonly string[] =>
  readdirSync(join(root, 'resources')).filter((file) => file.endsWith('.yml'));

function edit(folder: string, edits: Readonly<Record<string, readonly Edit[]>>): void {
  for (const [file, list] of Object.entries(edits)) {
    const path = join(folder, file);
    const text = list.reduce((before, [from, to]) => before.replace(from, to), readFileSync(path, 'utf8'));
    writeFileSync(path, text);
  }
}
