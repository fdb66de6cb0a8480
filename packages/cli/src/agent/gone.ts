import { setAgent } from './set.ts';

export const gone = setAgent('gone', {
  details: `Say it only of a machine that never comes back: its tasks and volumes are given up for lost, what waits for it goes
on, and what was placed there starts elsewhere, empty, when it is replaced.`,
  loses: true,
});
