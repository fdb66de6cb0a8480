import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { quietLog, makeHome } from '../testing.ts';
import { openLocalEngine } from '../local-engine.ts';
import { parseDeclaration, readDeclaration } from './declaration.ts';

const whole = `agents:
  - name: big-1
    attributes: {zone: a, region: north, rack: 7, ssd: true}
    cpus: 1.5
    memory: 512
    disk: 2000
    role: slave_public
    gpus: 0
    disks:
      - {path: /usr, size: 100, profile: fast}
      - path: /etc
  - {}
`;

test('everything that can be said of an agent', () => {
  const { agents, problems } = parseDeclaration(whole);
  assert.deepEqual(problems, []);
  assert.deepEqual(agents, [
    {
      name: 'big-1',
      role: 'slave_public',
      attributes: { zone: 'a', region: 'north', rack: '7', ssd: 'true' },
      cpus: 1.5,
      memoryMiB: 512,
      diskMiB: 2000,
      gpus: 0,
      disks: [{ path: '/usr', sizeMiB: 100, profile: 'fast' }, { path: '/etc' }],
    },
    {},
  ]);
});

const wrong: readonly { readonly what: string; readonly text: string; readonly problems: readonly string[] }[] = [
  { what: 'nothing', text: '', problems: ['1:1: the file is a map with the keys agents'] },
  { what: 'no list', text: '{}', problems: ['1:1: agents: a list of them is missing'] },
  { what: 'no agent', text: 'agents: []\n', problems: ['1:9: agents: at least one is needed'] },
  { what: 'another shape', text: 'agents: 3\n', problems: ['1:9: agents is a list'] },
  {
    what: 'no YAML',
    text: 'agents: [\n',
    problems: ['2:1: Flow sequence in block collection must be sufficiently indented and end with a ]'],
  },
  {
    what: 'all faults at once',
    text: [
      'agents:',
      '  - name: Big One',
      '    cpu: 2',
      '    memory: 0.5',
      '    cpus:',
      '  - attributes: {zone: [a]}',
      '    role: "*"',
      '    disks: [{size: 1}, {path: here}, {path: /usr}, {path: /usr, profile: "a b"}, {path: /no/disk}]',
    ].join('\n'),
    problems: [
      '2:11: name is small letters, digits, dots and dashes',
      '3:5: unknown key "cpu"; there are name, attributes, role, cpus, memory, disk, gpus, disks',
      '4:13: memory is a whole number above 0',
      '5:10: cpus is a number above 0',
      '6:18: attributes: "zone" needs one value',
      '7:11: role is a word',
      '8:13: a disk needs a path',
      '8:89: /no/disk cannot be a disk: there is no such folder',
      '8:31: path is an absolute path',
      '8:59: "/usr" is there twice',
      '8:74: profile is letters, digits, _, . and -',
    ],
  },
  { what: 'one name twice', text: 'agents: [{name: a}, {name: a}]', problems: ['1:28: "a" is there twice'] },
  {
    what: 'a name that a nameless one gets',
    text: 'agents: [{name: agent-1}, {}]',
    problems: ['1:27: "agent-1" is there twice'],
  },
];

for (const { what, text, problems } of wrong) {
  test(`refused, with its place: ${what}`, () => {
    const found = parseDeclaration(text).problems.map(({ line, column, message }) => `${line}:${column}: ${message}`);
    assert.deepEqual(found.toSorted(), problems.toSorted());
  });
}

const homeWith = (t: TestContext, text: string): string => {
  const home = makeHome();
  t.after(() => rmSync(home, { recursive: true, force: true }));
  writeFileSync(join(home, 'agents.yml'), text);
  return home;
};

const open = (home: string, agents?: number) =>
  openLocalEngine({ home, log: quietLog, isolation: 'process', ...(agents !== undefined && { agents }) });

test('an engine has the agents that its home declares', async (t) => {
  const disk = mkdtempSync(join(tmpdir(), 'warder-disk-'));
  t.after(() => rmSync(disk, { recursive: true, force: true }));
  const home = homeWith(
    t,
    `agents:
  - {name: one, attributes: {zone: a, region: r}, cpus: 1, memory: 300, disk: 400, role: web}
  - {name: two, disks: [{path: ${disk}, size: 50, profile: fast}]}
`,
  );
  const engine = await open(home);
  t.after(() => engine.close());
  const [one, two] = engine.agents().map(({ offer }) => offer);
  const { agentId, hostname, attributes, cpus, memoryMiB, diskMiB, role, disks } = one ?? assert.fail();
  assert.deepEqual(
    { agentId, hostname, attributes, cpus, memoryMiB, diskMiB, role, disks },
    {
      agentId: 'one',
      hostname: 'one',
      attributes: { zone: 'a', region: 'r' },
      cpus: 1,
      memoryMiB: 300,
      diskMiB: 400,
      role: 'web',
      disks: undefined,
    },
  );
  assert.deepEqual(two?.disks, [{ id: disk, sizeMiB: 50, profile: 'fast' }]);
  assert.deepEqual(two?.attributes, {}, 'a zone that nobody has declared is none');
});

test('an engine does not begin with a wrong declaration, or with two', async (t) => {
  const refused = (text: string, message: RegExp, agents?: number) =>
    assert.rejects(open(homeWith(t, text), agents), { code: 'engine-agents-file', message });
  await refused('agents: [{cores: 3}]', /agents\.yml:1:11: unknown key "cores"/);
  await refused('agents: [{}]', /given otherwise too/, 2);
  assert.equal(readDeclaration('/no/such/agents.yml'), undefined);
});
