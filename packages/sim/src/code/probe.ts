import type { ProbeAnswer } from '@warder/core';
import type { Probe } from '@warder/scheduler';
import { hang } from './options.ts';
import type { CodeOptions } from './options.ts';

/** `settled`: for as long as nothing is wrong with it, which in a storm comes and goes. */
export function probesOf({ clock, random, faults, trace, probe }: CodeOptions): Readonly<Record<string, Probe>> {
  return {
    settled: async ({ stepId }) => {
      await clock.sleep(random.between(0, 200));
      const { probeClosed, probeFails, probeHangs } = faults();
      if (random.chance(probeHangs)) await hang();
      const fails = random.chance(probeFails);
      const open = !fails && !random.chance(probeClosed);
      trace(`probe of ${stepId} ${fails ? 'fails' : open ? 'open' : 'closed'}`);
      probe({ stepId, open });
      if (fails) throw new Error('the probe could not connect');
      const answer: ProbeAnswer = { open, reason: open ? 'all is quiet' : 'something moves' };
      return answer;
    },
  };
}
