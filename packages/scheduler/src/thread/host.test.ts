/** What a package does wrong hurts only the call that did it, and it shows. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { PackageHost } from '../code/host.ts';
import type { ServiceView } from '../package/view.ts';
import { openThreadHost } from './host.ts';

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const file = fileURLToPath(new URL('./test-code.ts', import.meta.url));
const limits = { blockedMs: 300, memoryMiB: 48 };
const never = new AbortController().signal;

const view: ServiceView = {
  name: 'demo',
  uid: 'demo',
  version: '1',
  options: {},
  spec: { name: 'demo', user: 'nobody', pods: [], plans: [] },
  instances: [{ name: 'node-0', pod: 'node', index: 0, ports: {}, tasks: [] }],
};

let host: PackageHost;
before(async () => {
  host = await openThreadHost({ name: 'unruly', file, log: quiet, limits });
});
after(() => host.close());

const gate = (name: string, signal = never, service = view, at = host) =>
  at.ask(
    { part: 'gate', name, instance: 'node-0', moment: 'stop', pending: [], together: [], stepId: 'run-1.0.0' },
    service,
    signal,
  );

test('what the code has is known', () => {
  assert.equal(host.outline.has.spec, true);
  assert.equal(host.outline.has.refusals, false);
  assert.ok(host.outline.gates.includes('fine'));
  assert.deepEqual(host.outline.routes[0], { method: 'GET', path: '/slow', summary: 'Slow' });
});

test('it answers, sees every change of the service, and procedures add phases', async () => {
  assert.deepEqual(await gate('fine'), { open: true, reason: 'node-0 of 1' });
  const other = { name: 'node-1', pod: 'node', index: 1, ports: {}, tasks: [] };
  const grown = { ...view, instances: [...view.instances, other] };
  assert.deepEqual(await gate('fine', never, grown), { open: true, reason: 'node-0 of 2' });
  assert.deepEqual(await gate('fine'), { open: true, reason: 'node-0 of 1' });
  const call = { part: 'procedure', name: 'add', args: [1], runId: 'run-1', stepId: 'run-1.0.0' } as const;
  const answer = (await host.ask(call, view, never)) as { value: unknown; phases: { name: string }[] };
  assert.deepEqual([answer.value, answer.phases[0]?.name], [{ args: [1] }, 'more']);
});

test('an error crosses with its code, status and next step', async () => {
  await assert.rejects(gate('throws'), {
    name: 'PackageError',
    code: 'broken-disk',
    status: 507,
    message: 'the disk is broken',
    next: 'buy another',
  });
  await assert.rejects(gate('unknown'), { message: 'the package has no gate unknown' });
});

test('one that is given up is told so', async () => {
  const controller = new AbortController();
  const hung = gate('hangs', controller.signal);
  controller.abort();
  await assert.rejects(hung, { message: 'it was given up' });
  assert.deepEqual(await gate('how-often-told'), { open: true, reason: '1' });
});

test('one that blocks its thread is found, and waits longer and longer; those beside it are asked again', async () => {
  const beside = [gate('patient'), gate('patient')];
  const read = host.ask({ part: 'route', name: 'GET /slow', params: {}, query: {}, body: null }, view, never);
  const written = host.ask({ part: 'route', name: 'POST /slow', params: {}, query: {}, body: null }, view, never);
  await Promise.all([
    assert.rejects(gate('blocks-later'), { message: 'blocked its thread for 0.3 s' }),
    // Nobody knows whether it was done: who asked looks.
    assert.rejects(written, { code: 'package-interrupted', status: 503 }),
    ...beside.map(async (answer) => assert.deepEqual(await answer, { open: true, reason: 'after all' })),
    read.then((answer) => assert.equal(answer, 'read')),
  ]);
  await assert.rejects(gate('blocks-later'), { message: /^blocked its thread for 0.3 s; it is asked again in \d s$/ });
  await assert.rejects(gate('blocks'), { message: 'blocked its thread for 0.3 s' });
  assert.deepEqual(await gate('fine'), { open: true, reason: 'node-0 of 1' });
});

test('one that eats memory, on the heap or beside it, is found', async (t) => {
  const roomy = await openThreadHost({ name: 'roomy', file, log: quiet, limits: { ...limits, blockedMs: 30_000 } });
  t.after(() => roomy.close());
  const [patient] = await Promise.all([
    gate('patient', never, view, roomy),
    assert.rejects(gate('heap', never, view, roomy), { message: 'took more than 48 MiB of memory' }),
  ]);
  assert.deepEqual(patient, { open: true, reason: 'after all' });
  await assert.rejects(gate('buffers'), { message: 'took more than 48 MiB of memory' });
  assert.deepEqual(await gate('fine'), { open: true, reason: 'node-0 of 1' });
});

test('one that ends its thread, or throws where nobody catches it, is found', async () => {
  await assert.rejects(gate('exits'), { message: 'ended its thread with code 3' });
  await assert.rejects(gate('stray'), { message: 'it threw where nobody catches it: in a timer' });
  await assert.rejects(gate('rejects'), { message: 'it threw where nobody catches it: and nobody looks' });
  assert.deepEqual(await gate('fine'), { open: true, reason: 'node-0 of 1' });
});

test('an answer is plain data, or an error', async () => {
  assert.deepEqual(await gate('function'), { open: true, reason: '' });
  await assert.rejects(gate('circle'), { message: /circular/ });
});

test('code that cannot be loaded is told, and can be corrected', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'warder-thread-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const broken = join(folder, 'broken.mjs');
  const open = () => openThreadHost({ name: 'broken', file: broken, log: quiet, limits });
  const wrongs: readonly (readonly [string, RegExp])[] = [
    ['throw new Error("not today")', /^not today$/],
    ['export const code = {}', /has no default export$/],
    ['export default 7', /is not an object$/],
    ['for (;;);', /blocked its thread for 1.8 s before it was loaded/],
    [
      'export default { detectors: { often: { summary: "", everyMs: 1, forMs: 0, deed: {} } } }',
      /once a second at most/,
    ],
    ['export default { routes: [{ method: "EAT", path: "x" }] }', /it answered nonsense: routes.0/],
  ];
  for (const [text, why] of wrongs) {
    writeFileSync(broken, text);
    await assert.rejects(open(), { message: why }, text);
  }
  writeFileSync(broken, 'export default { gates: { a: async () => ({ open: true, reason: "" }) } }');
  const corrected = await open();
  assert.deepEqual(corrected.outline.gates, ['a']);
  await corrected.close();
  await assert.rejects(corrected.ask({ part: 'metrics' }, view, never), { message: 'the package broken is closed' });
});

const howOften = {
  part: 'gate',
  name: 'how-often-told',
  instance: 'node-0',
  moment: 'stop',
  pending: [],
  together: [],
  stepId: '',
} as const;

test('a thread that has made a plan is kept longer: what was shown may be approved', async (t) => {
  const kept = await openThreadHost({ name: 'kept', file, log: quiet, limits: { ...limits, idleMs: 1 } });
  t.after(() => kept.close());
  await kept.ask({ part: 'plan', name: 'counted', params: {} }, view, never);
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.deepEqual(await kept.ask(howOften, view, never), { open: true, reason: '1' });
});

test('a thread that nobody needs ends, and starts again for the next call', async (t) => {
  const idle = await openThreadHost({ name: 'idle', file, log: quiet, limits: { ...limits, idleMs: 1 } });
  t.after(() => idle.close());
  const hung = new AbortController();
  const given = idle.ask({ ...howOften, name: 'hangs' }, view, hung.signal);
  hung.abort();
  await assert.rejects(given);
  await new Promise((resolve) => setTimeout(resolve, 50));
  // What it remembered went with it.
  assert.deepEqual(await idle.ask(howOften, view, never), { open: true, reason: '0' });
});
