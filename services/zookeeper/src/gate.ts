/** The gates: the ensemble is looked at anew, then judged. */
import type { Gate, GateAnswer, GateContext } from '@warder/sdk';
import { readEnsemble, type Ensemble } from './ensemble.ts';
import { replaceVerdict, startVerdict, stopVerdict } from './verdict.ts';

const gate =
  (judge: (context: GateContext, ensemble: Ensemble) => GateAnswer): Gate =>
  async (context) =>
    judge(context, await readEnsemble(context.service, context.signal));

/** Before a member is stopped: does the ensemble serve without it? */
export const quorumSafe = gate(({ instance, pending }, ensemble) => stopVerdict(instance.name, ensemble, pending));

/** Before the volume of a member is destroyed: do the others have everything that is in it? */
export const replaceSafe = gate(({ instance }, ensemble) => replaceVerdict(instance.name, ensemble));

/** After a member was started: is it back in the quorum, and in sync? */
export const inQuorum = gate(({ instance }, ensemble) => startVerdict(instance.name, ensemble));
