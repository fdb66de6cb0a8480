/** `npm run bench [-- names]`: ratios against a baseline in the same run, since machines differ and are noisy. */
import { benchBalance } from './balance.ts';
import { benchDecide } from './decide.ts';
import { benchKafka } from './kafka.ts';
import { benchMoves } from './moves.ts';
import { benchPlacement } from './placement.ts';
import { benchRoll } from './roll.ts';
import { benchStore } from './store.ts';
import { tableOf } from './table.ts';
import type { Row } from './table.ts';

const parts: Readonly<Record<string, () => readonly Row[] | Promise<readonly Row[]>>> = {
  decide: benchDecide,
  placement: benchPlacement,
  store: benchStore,
  kafka: benchKafka,
  roll: benchRoll,
  moves: benchMoves,
  balance: benchBalance,
};

const names = process.argv.slice(2);
for (const name of names) {
  if (!(name in parts)) {
    console.error(`there is no bench ${name}; there are ${Object.keys(parts).join(', ')}`);
    process.exit(2);
  }
}
for (const [name, part] of Object.entries(parts)) {
  if (names.length > 0 && !names.includes(name)) continue;
  console.log(`\n## ${name}\n`);
  console.log(tableOf(await part()));
}
