import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MadePhase, MadeStep } from '@warder/sdk';
import type { Wish } from '../wish.ts';
import { dueOf } from './due.ts';
import { isDone, phasesOf, reviewOf } from './plan.ts';

type Row = {
  readonly title: string;
  readonly from: string;
  readonly to: string;
  /** What brokers go by, and the format of their records. */
  readonly protocol: string;
  readonly format: string;
  readonly kafka?: Readonly<Record<string, string>>;
  /** The phases, and the options that each sets; `!` is a version. */
  readonly phases: readonly string[];
  readonly review?: RegExp;
};

const pins = { inter_broker_protocol_version: '2.8', log_message_format_version: '2.8' };

const rows: readonly Row[] = [
  {
    title: 'the classic one: three rolls, and the format goes with the protocol',
    from: '2.8.2',
    to: '3.9.2',
    protocol: '2.8-IV1',
    format: '2.8-IV1',
    phases: ['pre-flight', 'pin ibp=2.8 format=2.8', 'binaries !3.9.2', 'soak', 'protocol ibp=3.9 format=null'],
    review:
      /goes back to 2\.8\.2; a protocol of 3\.9 is for good.*log\.message\.format\.version goes with the protocol/,
  },
  {
    title: 'the pins are there already',
    from: '2.8.2',
    to: '3.9.2',
    protocol: '2.8',
    format: '2.8',
    kafka: pins,
    phases: ['pre-flight', 'binaries !3.9.2', 'soak', 'protocol ibp=3.9 format=null'],
    review: /no roll to pin: the options say 2\.8 already/,
  },
  {
    title: 'one of the pins is there',
    from: '2.8.2',
    to: '3.9.2',
    protocol: '2.7',
    format: '2.8-IV1',
    kafka: { inter_broker_protocol_version: '2.7' },
    phases: ['pre-flight', 'pin format=2.8', 'binaries !3.9.2', 'soak', 'protocol ibp=3.9 format=null'],
  },
  {
    title: 'a level between two releases is pinned as it is',
    from: '2.8.2',
    to: '3.9.2',
    protocol: '2.8-IV0',
    format: '2.8-IV0',
    phases: ['pre-flight', 'pin ibp=2.8-IV0 format=2.8-IV0', 'binaries !3.9.2', 'soak', 'protocol ibp=3.9 format=null'],
  },
  {
    title: 'from 3.0 on there is no format to be pinned',
    from: '3.3.2',
    to: '3.9.2',
    protocol: '3.3-IV3',
    format: '3.0-IV1',
    phases: ['pre-flight', 'pin ibp=3.3', 'binaries !3.9.2', 'soak', 'protocol ibp=3.9'],
  },
  {
    title: 'a patch of the same release: one roll, nothing is for good',
    from: '3.9.1',
    to: '3.9.2',
    protocol: '3.9-IV0',
    format: '3.0-IV1',
    phases: ['pre-flight', 'binaries !3.9.2', 'soak'],
    review: /speak the same protocol.*no roll of the protocol: it stays 3\.9/,
  },
  {
    title: 'a patch of the same release, whose protocol was left behind',
    from: '2.8.1',
    to: '2.8.2',
    protocol: '2.7',
    format: '2.7',
    kafka: {
      inter_broker_protocol_version: '2.7',
      log_message_format_version: '2.7',
    },
    phases: ['pre-flight', 'binaries !2.8.2', 'soak', 'protocol ibp=2.8'],
  },
  {
    title: 'an old format below protocol 3.0: a roll of its own, after everything else',
    from: '2.8.1',
    to: '2.8.2',
    protocol: '2.7',
    format: '0.10.2',
    kafka: {
      inter_broker_protocol_version: '2.7',
      log_message_format_version: '0.10.2',
    },
    phases: ['pre-flight', 'binaries !2.8.2', 'soak', 'protocol ibp=2.8', 'clients', 'format format=2.8'],
  },
  {
    title: 'an old format, and a protocol of 3.0 that ends it: clients are asked for before',
    from: '2.8.2',
    to: '3.9.2',
    protocol: '2.8-IV1',
    format: '0.10.2-IV0',
    kafka: { log_message_format_version: '0.10.2' },
    phases: ['pre-flight', 'pin ibp=2.8', 'binaries !3.9.2', 'soak', 'clients', 'protocol ibp=3.9 format=null'],
    review: /records change their format, 0\.10\.2 -> 3\.9: approve `clients`/,
  },
  {
    title: 'nothing but the format',
    from: '2.8.2',
    to: '2.8.2',
    protocol: '2.8',
    format: '0.10.2',
    kafka: { log_message_format_version: '0.10.2' },
    phases: ['pre-flight', 'clients', 'format format=2.8'],
  },
  {
    title: 'nothing but the protocol: what was cancelled at its approval',
    from: '3.9.2',
    to: '3.9.2',
    protocol: '2.8',
    format: '2.8',
    kafka: pins,
    phases: ['pre-flight', 'protocol ibp=3.9 format=null'],
    review: /no roll of binaries: 3\.9\.2 runs already/,
  },
  {
    title: 'the way back changes no protocol, and no format',
    from: '3.9.2',
    to: '2.8.2',
    protocol: '2.8',
    format: '2.8',
    kafka: pins,
    phases: ['pre-flight', 'binaries !2.8.2', 'soak'],
    review: /no roll of the protocol: it stays 2\.8/,
  },
];

const wish = ({ from, to }: Pick<Wish, 'from' | 'to'>): Wish => ({ from, to, soakMs: 5000, acceptsPauses: false });

const short = { inter_broker_protocol_version: 'ibp', log_message_format_version: 'format' } as const;

const shown = ({ name, steps = [] }: MadePhase): string => {
  const changes = steps.flatMap((step) => ('change' in step ? [step.change] : []));
  const kafka = changes.flatMap(({ options }) => Object.entries((options?.['kafka'] ?? {}) as Record<string, unknown>));
  return [
    name,
    ...kafka.map(([key, value]) => `${short[key as keyof typeof short]}=${String(value)}`),
    ...changes.flatMap(({ version }) => (version === undefined ? [] : [`!${version}`])),
  ].join(' ');
};

for (const { title, kafka = {}, protocol, format, phases, review, ...hop } of rows) {
  test(title, () => {
    const due = dueOf(hop, { protocol, format }, kafka);
    assert.deepEqual(phasesOf(wish(hop), due).map(shown), phases);
    assert.match(reviewOf(wish(hop), due).join(' '), review ?? /./);
    assert.equal(isDone(wish(hop), due), false);
  });
}

const planned = (hop: Pick<Wish, 'from' | 'to'>, format = '2.8'): readonly MadeStep[] =>
  phasesOf(wish(hop), dueOf(hop, { protocol: '2.8', format }, {})).flatMap(({ steps = [] }) => steps);

test('one stage is for good, right after the approval that says so; and waited for', () => {
  const steps = planned({ from: '2.8.2', to: '3.9.2' });
  const at = steps.findIndex((step) => 'oneWay' in step);
  const [door, stage, well] = [steps[at - 1], steps[at], steps[at + 1]];
  assert.equal(steps.filter((step) => 'oneWay' in step).length, 1);
  assert.ok(stage?.kind === 'configure' && /2\.8 -> 3\.9, and a protocol is never lowered/.test(stage.oneWay ?? ''));
  assert.ok(door?.kind === 'approve' && /2\.8 -> 3\.9: for good, Kafka 2\.8\.2 does not read/.test(door.text));
  assert.ok(well?.kind === 'wait');
  assert.deepEqual(well.args, { to: '3.9.2', protocol: '3.9' });
});

test('the soak is on the protocol that was pinned', () => {
  const soak = planned({ from: '2.8.2', to: '3.9.2' }).find(({ kind }) => kind === 'wait');
  assert.ok(soak?.kind === 'wait' && soak.soakMs === 5000);
  assert.deepEqual(soak.args, { to: '3.9.2', protocol: '2.8' });
});

test('clients are asked for in words that say from which format to which', () => {
  const [first] = planned({ from: '2.8.2', to: '2.8.2' }, '0.10.2').filter(({ kind }) => kind === 'approve');
  assert.match(first?.kind === 'approve' ? first.text : '', /format of 2\.8 .*not in that of 0\.10\.2.*0\.11 or newer/);
});

test('what is done needs no plan', () => {
  const hop = { from: '3.9.2', to: '3.9.2' };
  assert.equal(isDone(wish(hop), dueOf(hop, { protocol: '3.9-IV0', format: '3.0-IV1' }, {})), true);
});
