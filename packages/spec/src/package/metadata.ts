import { nameFormat } from '../language/name.ts';
import { sortProblems } from '../problem.ts';
import type { Problems } from '../problem.ts';
import { list, object, optional, required } from '../shape/collection.ts';
import { text } from '../shape/scalar.ts';
import type { StrictOf } from '../shape/shape.ts';
import { sourceOf } from '../source.ts';
import { readYaml } from '../yaml/reader.ts';

const metadata = object({
  name: required(text(nameFormat), 'The name of the package, and the default name of its services.'),
  version: required(text(), 'The version of the package.'),
  description: required(text(), 'One sentence.'),
  versions: optional(list(text()), 'The versions of the application that it runs; the first is the default.'),
  upgradesFrom: optional(
    list(text()),
    'The versions of the package that this one takes over from (`1.2.0`, `1.2.*`, `*`); any, if absent.',
  ),
  downgradesTo: optional(
    list(text()),
    'The versions of the package that this one can be taken back to; any, if absent.',
  ),
  requires: optional(
    list(text(nameFormat)),
    'What its tasks need of the machine, as `warder doctor` names it: java, mvn.',
  ),
});

export type Metadata = StrictOf<typeof metadata>;

/** Reads package.yml. */
export const readMetadata = (content: string, file: string): { readonly metadata: Metadata } | Problems => {
  const reader = readYaml(content, sourceOf(content, file));
  const read = reader.readable ? metadata.read(reader.root, reader) : undefined;
  if (read?.versions?.length === 0) {
    reader.reportAt(['versions'], 'value', {
      code: 'missing',
      message: 'there is no version',
      next: 'add one, or remove `versions` to use `version`',
    });
  }
  if (!read || reader.problems.length > 0) return { problems: sortProblems(reader.problems) };
  // Without problems nothing is left out of what was read.
  return { metadata: read as unknown as Metadata };
};
