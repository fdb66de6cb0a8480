import { isMap, isScalar, isSeq } from 'yaml';
import type { Node } from 'yaml';
import { either, list, object, optional, record, required } from '../shape/collection.ts';
import { anything, written } from '../shape/shape.ts';
import type { LooseOf, StrictOf } from '../shape/shape.ts';
import { choice, number, text } from '../shape/scalar.ts';

const call = object({
  call: required(text(), "The procedure of the package's code."),
  name: optional(text(), 'Of the step; that of the procedure if absent.'),
  args: optional(anything, 'What the procedure is given.'),
});

const wait = object({
  wait: required(text(), "The probe of the package's code that is asked until it says yes."),
  name: optional(text(), 'Of the step; that of the probe if absent.'),
  args: optional(anything, 'What the probe is given.'),
  soak: optional(number({ min: 0 }), 'Seconds that the answer must stay yes.'),
  deadline: optional(number({ above: 0 }), 'Seconds after which the run is paused with the reason.'),
});

const approve = object({
  approve: required(text(), 'What a person is asked.'),
  name: optional(text(), 'Of the step; `approve` if absent.'),
});

const word = choice(['stop', 'release']);

const has =
  (key: string) =>
  (node: Node | null): boolean =>
    isMap(node) && node.items.some(({ key: each }) => isScalar(each) && written(each) === key);

/** Tasks that are launched together. */
const launch = list(text());

const byKeyword = either(wait, either(approve, call, has('approve')), has('wait'));

/** One step of an instance. */
const work = either(launch, either(word, byKeyword, isScalar), isSeq);

/** `default` or the number of an instance, to its steps. */
const ordinals = record(list(work), { min: 1, what: 'instance number or `default`' });

export const stepKeywords = ['call', 'wait', 'approve'] as const;

/** An item of `steps`: a step for every instance, or the steps of one instance or of the others. */
export const step = either(ordinals, work, (node) => isMap(node) && !stepKeywords.some((key) => has(key)(node)));

export type LooseStep = LooseOf<typeof step>;
export type LooseWork = LooseOf<typeof work>;
export type StrictStep = StrictOf<typeof step>;
export type StrictWork = StrictOf<typeof work>;
