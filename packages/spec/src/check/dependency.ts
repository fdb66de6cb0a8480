import type { plan } from '../language/plan.ts';
import { suggest } from '../nearest.ts';
import type { Path } from '../path.ts';
import type { LooseOf } from '../shape/shape.ts';
import type { Reader } from '../yaml/reader.ts';

type LoosePhases = NonNullable<LooseOf<typeof plan>['phases']>;

/** `after` names phases of the plan, never in a circle, and only where the strategy looks at it. */
export const checkDependencies = (phases: LoosePhases, strategy: string, path: Path, reader: Reader): void => {
  const after = new Map([...phases].map(([name, phase]) => [name, phase?.after ?? []]));
  for (const [name, others] of after) {
    const place = [...path, name, 'after'];
    if (others.length > 0 && strategy !== 'dependency') {
      reader.reportAt(place, 'key', {
        code: 'conflict',
        message: `the plan has the strategy \`${strategy}\`, which does not look at \`after\``,
        next: 'write `strategy: dependency` into the plan, or remove `after`',
      });
    }
    for (const [index, other] of others.entries()) {
      if (other === undefined || phases.has(other)) continue;
      reader.reportAt([...place, index], 'value', {
        code: 'unknown-phase',
        message: `the plan has no phase \`${other}\``,
        next: suggest(other, phases.keys()),
      });
    }
    const circle = circleFrom(name, after);
    // Told once, at its first phase.
    if (circle && circle.every((each) => indexIn(after, each) >= indexIn(after, name))) {
      reader.reportAt(place, 'key', {
        code: 'conflict',
        message: `phases wait for each other: ${[...circle, name].map((each) => `\`${each}\``).join(' after ')}`,
        next: 'remove one of these from `after`',
      });
    }
  }
};

type After = ReadonlyMap<string, readonly (string | undefined)[]>;

const indexIn = (after: After, name: string): number => [...after.keys()].indexOf(name);

/** The shortest way from a phase back to itself. */
const circleFrom = (start: string, after: After): readonly string[] | undefined => {
  const ways: (readonly string[])[] = [[start]];
  const seen = new Set<string>();
  for (const way of ways) {
    for (const next of after.get(way.at(-1) ?? start) ?? []) {
      if (next === start) return way;
      if (next === undefined || seen.has(next)) continue;
      seen.add(next);
      ways.push([...way, next]);
    }
  }
  return undefined;
};
