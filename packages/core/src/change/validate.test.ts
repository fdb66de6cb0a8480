import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exampleConfig, examplePod, exampleSet, exampleTask } from '../example.ts';
import type { Feature } from '../spec/feature.ts';
import type { NetworkSpec, PodSpec } from '../spec/pod.ts';
import type { ResourceLimits, VolumeSpec } from '../spec/resource.ts';
import type { Rule } from '../spec/rule.ts';
import type { ServiceSpec } from '../spec/service.ts';
import { refusals } from './validate.ts';
import { envCannotChange } from './validate/task-env.ts';
import { zoneCannotChange } from './validate/zone.ts';

const specOf = (pods: readonly PodSpec[], change: Partial<ServiceSpec> = {}): ServiceSpec => ({
  ...exampleConfig(pods).spec,
  ...change,
});
const spec = (pod: Partial<PodSpec>, change: Partial<ServiceSpec> = {}): ServiceSpec =>
  specOf([examplePod(pod)], change);

const accepts = (from: ServiceSpec | undefined, to: ServiceSpec, able?: ReadonlySet<Feature>): void =>
  assert.deepEqual(refusals(from, to, able), []);

/** Exactly one refusal, that matches. */
function refuses(from: ServiceSpec | undefined, to: ServiceSpec, why: RegExp, able?: ReadonlySet<Feature>): void {
  const found = refusals(from, to, able);
  assert.equal(found.length, 1, found.join('\n') || 'nothing is refused');
  assert.match(found[0] ?? '', why);
}

test('nothing is refused of the same spec again, nor of a first one', () => {
  accepts(undefined, spec({}));
  accepts(spec({}), spec({}));
});

test('the name of a service', () => {
  refuses(undefined, spec({}, { name: 'a__b' }), /the name a__b cannot have two underscores in a row: choose another/);
  refuses(spec({}, { name: 'a' }), spec({}, { name: 'b' }), /cannot change \(a -> b\): install it anew/);
  accepts(undefined, spec({}, { name: `prod/${'x'.repeat(59)}` }));
  const long = spec({}, { name: `prod/${'x'.repeat(60)}` });
  refuses(undefined, long, /too long for host names \(64 characters\): at most 63 without slashes/);
  accepts(long, long);
});

test('a plan names what the service has', () => {
  const plan = (pod: string, task = 'server'): ServiceSpec =>
    spec(
      {},
      {
        plans: [
          {
            name: 'backup',
            strategy: 'serial',
            phases: [{ name: 'all', pod, strategy: 'serial', steps: [{ kind: 'launch', tasks: [task] }] }],
          },
        ],
      },
    );
  const [pod] = spec({}).pods;
  const task = pod?.tasks[0]?.name ?? '';
  accepts(undefined, plan(pod?.name ?? '', task));
  refuses(
    undefined,
    plan('none', task),
    /the plan backup: phase all names the pod none, which the spec has not; correct it/,
  );
  refuses(undefined, plan(pod?.name ?? '', 'none'), /the plan backup: phase all launches none, which the pod/);
});

test('pods shrink and go only where they say so', () => {
  refuses(spec({ count: 3 }), spec({ count: 2 }), /cannot shrink from 3 to 2: it does not say allow-decommission/);
  accepts(spec({ count: 3 }), spec({ count: 2, allowDecommission: true }));
  accepts(spec({ count: 2 }), spec({ count: 3 }));
  const retires = (count: number, ...retired: readonly number[]): ServiceSpec => spec({ count, retired });
  refuses(spec({ count: 3 }), retires(3, 1), /pod node cannot lose node-1: it does not say allow-decommission/);
  refuses(retires(3, 1), spec({ count: 3 }), /pod node cannot lose node-3: /);
  accepts(spec({ count: 3 }), spec({ count: 2, retired: [1], allowDecommission: true }));
  accepts(spec({ count: 3 }), retires(3, 5, 3));
  const other = examplePod({ name: 'other' });
  const [bound, free] = [examplePod(), examplePod({ allowDecommission: true })];
  refuses(specOf([bound, other]), specOf([other]), /pod node cannot be removed.*first let it say so/);
  accepts(specOf([free, other]), specOf([other]));
  accepts(specOf([other]), specOf([other, bound]));
});

test('retired numbers are whole, from 0 on, and there once', () => {
  const retires = (...retired: readonly number[]): ServiceSpec => spec({ retired });
  accepts(undefined, retires(3, 1));
  refuses(undefined, retires(-1), /pod node retires -1, which is no number of an instance/);
  refuses(undefined, retires(1.5), /retires 1\.5, which is no number/);
  refuses(undefined, retires(1, 2, 1), /pod node retires 1 twice: name it once/);
});

test('a pod stays on the network of the agent, or on its own', () => {
  const on = (...names: readonly string[]): ServiceSpec =>
    spec({ networks: names.map((name): NetworkSpec => ({ name, ports: [], labels: {} })) });
  refuses(on(), on('dcos'), /pod node cannot move from the agent's network to the network dcos.*a new pod/);
  refuses(on('dcos'), on(), /from the network dcos to the agent's network/);
  refuses(on('mesos-bridge'), on('dcos'), /from the network mesos-bridge to the network dcos/);
  accepts(on('dcos'), on('calico'));
  accepts(on(), on('mesos-bridge'));
  accepts(spec({}), on());
});

test('the pre-reserved role', () => {
  const role = (preReservedRole: string): ServiceSpec => spec({ preReservedRole });
  refuses(role('a'), role('b'), /pre-reserved role of pod node cannot change \(a -> b\).*a new pod/);
  refuses(spec({}), role('b'), /none -> b/);
  refuses(role('a'), spec({}), /a -> none/);
  accepts(role('a'), role('a'));
  accepts(spec({}), specOf([examplePod(), examplePod({ name: 'public', preReservedRole: 'a' })]));
});

test('the user', () => {
  refuses(spec({}, { user: 'a' }), spec({}, { user: 'b' }), /cannot change \(a -> b\), it owns the data: keep a/);
  accepts(spec({}, { user: 'a' }), spec({}, { user: 'a' }));
});

test('the region', () => {
  const inRegion = (region: string): ServiceSpec => spec({}, { region });
  refuses(inRegion('east'), inRegion('west'), /region cannot change \(east -> west\): install another service/);
  refuses(spec({}), inRegion('west'), /anywhere -> west/);
  refuses(inRegion('east'), spec({}), /east -> anywhere/);
  accepts(inRegion('east'), inRegion('east'));
});

test('volumes of sets and of pods', () => {
  const volume = (change: Partial<VolumeSpec> = {}): VolumeSpec => ({
    path: 'data',
    type: 'ROOT',
    sizeMiB: 100,
    ...change,
  });
  const ofSet = (...volumes: readonly VolumeSpec[]): ServiceSpec => spec({ resourceSets: [exampleSet({ volumes })] });
  const ofPod = (...volumes: readonly VolumeSpec[]): ServiceSpec => spec({ volumes });
  for (const having of [ofSet, ofPod]) {
    refuses(
      having(volume()),
      having(volume({ sizeMiB: 200 })),
      /data ROOT 100 MiB -> data ROOT 200 MiB.*data would be lost/,
    );
    refuses(having(volume()), having(volume({ type: 'MOUNT' })), /data ROOT 100 MiB -> data MOUNT 100 MiB/);
    refuses(having(volume()), having(volume({ path: 'other' })), /data ROOT 100 MiB -> other ROOT 100 MiB/);
    refuses(having(volume()), having(), /data ROOT 100 MiB -> none/);
    refuses(having(), having(volume()), /none -> data ROOT 100 MiB/);
    refuses(
      having(volume({ profiles: ['a'] })),
      having(volume({ profiles: ['b'] })),
      /100 MiB a -> data ROOT 100 MiB b/,
    );
    accepts(having(volume(), volume({ path: 'log' })), having(volume({ path: 'log' }), volume()));
  }
});

test('a task stays in the set that has its volumes', () => {
  const two = (resourceSet: string, volumes: readonly VolumeSpec[]): ServiceSpec =>
    spec({
      resourceSets: [exampleSet({ volumes }), exampleSet({ name: 'side', ports: [], volumes })],
      tasks: [exampleTask({ resourceSet })],
    });
  const data: VolumeSpec = { path: 'data', type: 'ROOT', sizeMiB: 1 };
  refuses(
    two('main', [data]),
    two('side', [data]),
    /task server of pod node cannot move from set main to side.*keep it/,
  );
  accepts(two('main', []), two('side', []));
});

test('limits are at least what is reserved', () => {
  const limited = (limits: ResourceLimits): ServiceSpec =>
    spec({ resourceSets: [exampleSet({ cpus: 2, memoryMiB: 256, limits })] });
  refuses(undefined, limited({ cpus: 1 }), /pod node, set main: its limit of 1 cpus is less than the 2.*raise it/);
  refuses(spec({}), limited({ memoryMiB: 255 }), /its limit of 255 MiB of memory is less than the 256/);
  accepts(undefined, limited({ cpus: 2, memoryMiB: 'unlimited' }));
  accepts(undefined, limited({}));
});

test('placement rules can be asked', () => {
  const placed = (placement: Rule): ServiceSpec => spec({ placement });
  const like = (pattern: string): Rule => ({ kind: 'like', field: 'zone', pattern, not: false });
  refuses(undefined, placed(like('[')), /placement of pod node: \[ is no regular expression: correct it/);
  refuses(spec({}), placed({ kind: 'not', rule: { kind: 'any', rules: [like('(')] } }), /\( is no regular expression/);
  refuses(undefined, placed({ kind: 'max-per', field: 'zone', max: 0 }), /at most 0 per zone lets nothing in/);
  refuses(undefined, placed({ kind: 'max-per', field: 'zone', max: Number.NaN }), /at most NaN per zone/);
  refuses(undefined, placed({ kind: 'group-by', field: 'zone', groups: 0 }), /0 groups of zone cannot be/);
  refuses(undefined, placed({ kind: 'near', pod: 'x', together: true }), /the pod x, which the service has not.*node/);
  refuses(undefined, placed({ kind: 'all', rules: [{ kind: 'any', rules: [] }] }), /any of no rules lets nothing in/);
  accepts(
    undefined,
    placed({
      kind: 'all',
      rules: [
        like('a|b'),
        { kind: 'max-per', field: 'zone', max: 1 },
        { kind: 'group-by', field: 'zone' },
        { kind: 'near', pod: 'node', together: false },
      ],
    }),
  );
});

test('what the engine cannot do is refused by name, TLS included', () => {
  const tls = spec({ tasks: [exampleTask({ transportEncryption: [{ name: 'x', type: 'TLS' }] })] });
  refuses(
    undefined,
    tls,
    /pods\.node\.tasks\.server\.transport-encryption needs transport-encryption, which/,
    new Set(),
  );
  refuses(spec({}), spec({ image: 'x' }), /pods\.node\.image needs images/, new Set(['transport-encryption']));
  accepts(undefined, tls, new Set(['transport-encryption']));
  accepts(undefined, tls);
});

test('everything that is wrong is said at once', () => {
  const to = spec({ count: 1, resourceSets: [exampleSet({ limits: { cpus: 0 } })] }, { user: 'other', region: 'east' });
  assert.equal(refusals(spec({}), to).length, 4);
});

test('for packages: a variable that is decided once', () => {
  const validate = envCannotChange('node', 'server', 'ID');
  const withEnv = (env: Record<string, string>): ServiceSpec => spec({ tasks: [exampleTask({ env })] });
  assert.match(
    validate(withEnv({ ID: 'a' }), withEnv({ ID: 'b' })).join(),
    /ID of task server.*\(a -> b\): put it back/,
  );
  assert.match(validate(withEnv({ ID: 'a' }), withEnv({})).join(), /a -> not set/);
  assert.deepEqual(validate(withEnv({ ID: 'a', X: '1' }), withEnv({ ID: 'a', X: '2' })), []);
  assert.deepEqual(validate(withEnv({ ID: 'a' }), specOf([])), []);
});

test('for packages: whether a pod is spread over zones', () => {
  const validate = zoneCannotChange('node');
  const by = (field: string): ServiceSpec => spec({ placement: { kind: 'max-per', field, max: 1 } });
  assert.match(validate(by('hostname'), by('zone')).join(), /cannot begin to look at zones.*without them; put it back/);
  assert.match(validate(by('zone'), spec({})).join(), /cannot cease to look at zones.*over them/);
  assert.deepEqual(validate(by('zone'), spec({ placement: { kind: 'group-by', field: 'zone' } })), []);
  assert.deepEqual(validate(by('hostname'), spec({})), []);
  assert.deepEqual(validate(specOf([]), by('zone')), []);
});
