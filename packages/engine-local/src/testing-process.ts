/** A process that holds an engine, launches one task and waits to be killed: `node testing-process.ts <home> <mode> <command line>`. */
import { reserve, takeHand, task } from '@warder/engine/suite';
import { openLocalEngine } from './local-engine.ts';
import { quietLog } from './testing.ts';

const [home = '', mode = '', cmd = ''] = process.argv.slice(2);
const engine = await openLocalEngine({ home, log: quietLog, isolation: mode === 'process' ? 'process' : 'jail' });
const hand = await takeHand(engine, 'survivor');
const [offer] = hand.offers();
if (offer === undefined) throw new Error('no offer');
const readiness = { cmd: 'test -e up', intervalMs: 50, timeoutMs: 1_000, delayMs: 0 };
hand.session.launch({
  operationId: 'o',
  reservation: reserve(offer, 'r', { volume: true }),
  tasks: [task('t', cmd, { readiness })],
});
await hand.status('t', (status) => status.ready, 'ready');
if (process.argv[5] === 'kill') hand.session.kill('t', 1_500);
console.log('up');
