/** Rolls of nine brokers: three at the same time against one by one, and what a client feels of either. */
import { createHome } from '../e2e/home.ts';
import type { Home } from '../e2e/home.ts';
import { compileLoad } from '../e2e/load.ts';
import type { Leaders, Load, Period, Producer } from '../e2e/load.ts';
import { installNine } from '../e2e/rolling.ts';
import type { Row } from './table.ts';

const ROUNDS = 3;
const PARTITIONS = 9;
const RATE = 150;
/** As long as it takes to know how the client does when nothing happens. */
const CALM_MS = 20_000;

type Measured = { readonly seconds: number; readonly sends: Period; readonly leaderlessMs: number };

export async function benchRoll(): Promise<readonly Row[]> {
  const home = createHome('bench-roll');
  let load: Load | undefined;
  let leaders: Leaders | undefined;
  try {
    const { jars, bootstrap } = await installNine(home);
    await home.ok('kafka', 'topic', 'create', 'orders', '--partitions', String(PARTITIONS), '--replication', '3');
    load = await compileLoad(jars);
    const producer = load.start(bootstrap, 'orders', PARTITIONS, RATE);
    leaders = load.leaders(bootstrap, 'orders');
    await pause(CALM_MS);
    const rounds: { readonly calm: Measured; readonly serial: Measured; readonly parallel: Measured }[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const calm = await measured(producer, leaders, () => pause(CALM_MS));
      const serial = await measured(producer, leaders, () => roll(home, 600 + 2 * round));
      await pause(CALM_MS);
      const parallel = await measured(producer, leaders, () => roll(home, 601 + 2 * round, '--parallel', '3'));
      rounds.push({ calm, serial, parallel });
    }
    const told = await producer.stop();
    const ratios = rounds.map(({ serial, parallel }) => serial.seconds / parallel.seconds);
    const one = rounds.map(({ serial }) => serial);
    const three = rounds.map(({ parallel }) => parallel);
    const calm = rounds.map((round) => round.calm);
    return [
      rowOf('nothing', calm, calm, ''),
      rowOf('one by one', one, calm, '1.00'),
      rowOf('three at a time', three, calm, middle(ratios).toFixed(2)),
      {
        what: `failed of ${told.sent} sends`,
        time: String(told.failures),
        faster: '',
        'p99, ms': '',
        'against before': '',
        'longest send, ms': '',
        'no leader, ms': '',
      },
    ];
  } finally {
    leaders?.stop();
    load?.remove();
    await home.end();
  }
}

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

const roll = async (home: Home, value: number, ...how: readonly string[]): Promise<void> =>
  void (await home.ok('package', 'update', 'kafka', '--set', `kafka.queued_max_requests=${value}`, ...how));

async function measured(producer: Producer, leaders: Leaders, work: () => Promise<void>): Promise<Measured> {
  await Promise.all([producer.period(), leaders.longestMs()]);
  const began = performance.now();
  await work();
  const seconds = (performance.now() - began) / 1_000;
  const [sends, leaderlessMs] = await Promise.all([producer.period(), leaders.longestMs()]);
  return { seconds, sends, leaderlessMs };
}

const middle = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

function rowOf(what: string, rounds: readonly Measured[], calm: readonly Measured[], faster: string): Row {
  const p99 = middle(rounds.map(({ sends }) => sends.p99Micros));
  const before = middle(calm.map(({ sends }) => sends.p99Micros));
  return {
    what,
    time: `${middle(rounds.map(({ seconds }) => seconds)).toFixed(1)} s`,
    faster,
    'p99, ms': (p99 / 1_000).toFixed(1),
    'against before': (p99 / before).toFixed(2),
    'longest send, ms': String(Math.round(Math.max(...rounds.map(({ sends }) => sends.maxMicros)) / 1_000)),
    'no leader, ms': String(Math.max(...rounds.map(({ leaderlessMs }) => leaderlessMs))),
  };
}
