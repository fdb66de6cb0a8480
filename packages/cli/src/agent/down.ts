import { setAgent } from './set.ts';

export const down = setAgent('down', {
  details: 'Practise the loss of a machine: nothing of it answers until `agent up`.',
});
