import { numbersOf } from './pod.ts';
import { stepKeywords } from '../language/step.ts';
import type { LooseStep, LooseWork } from '../language/step.ts';
import type { LoosePod } from '../language/service.ts';
import { nearest } from '../nearest.ts';
import type { Path } from '../path.ts';
import type { Reader } from '../yaml/reader.ts';

type Steps = readonly (LooseStep | undefined)[];

/** Every step that is written there, with its place. */
export const worksOf = (items: Steps, path: Path): readonly { readonly work: LooseWork; readonly path: Path }[] =>
  items.flatMap((item, index) => {
    const place = [...path, index];
    if (item === undefined) return [];
    if (!isOrdinal(item)) return [{ work: item, path: place }];
    return [...item].flatMap(([key, works]) =>
      (works ?? []).flatMap((work, at) => (work === undefined ? [] : [{ work, path: [...place, key, at] }])),
    );
  });

const isOrdinal = (item: LooseStep): item is Extract<LooseStep, ReadonlyMap<string, unknown>> => item instanceof Map;

export const checkOrdinals = (items: Steps, pod: LoosePod, path: Path, reader: Reader): void => {
  const seen = new Set<string>();
  for (const [index, item] of items.entries()) {
    if (item === undefined || !isOrdinal(item)) continue;
    const keys = [...item.keys()];
    if (keys.length > 1) {
      reader.reportAt([...path, index], 'value', {
        code: 'conflict',
        message: `this item is for ${keys.map((key) => `\`${key}\``).join(' and ')} at once`,
        next: 'begin a new item (`- `) for each',
      });
    }
    for (const key of keys) {
      const place = [...path, index, key];
      if (key !== 'default' && !/^\d+$/.test(key)) {
        const near = nearest(key, ['default', ...stepKeywords]);
        const next = near === undefined ? 'write the number of an instance, or `default`' : `did you mean \`${near}\`?`;
        reader.reportAt(place, 'key', { code: 'bad-format', message: `\`${key}\` is not an instance`, next });
        continue;
      }
      if (seen.has(normal(key))) {
        const next = 'put all steps of one instance into one item';
        reader.reportAt(place, 'key', { code: 'duplicate-name', message: `\`${key}\` is there twice`, next });
      }
      seen.add(normal(key));
    }
  }
  if (seen.size > 0 && !seen.has('default')) checkAllNamed(seen, pod, path, reader);
};

const checkAllNamed = (seen: ReadonlySet<string>, pod: LoosePod, path: Path, reader: Reader): void => {
  const index = numbersOf(pod).find((each) => !seen.has(String(each)));
  if (index === undefined) return;
  reader.reportAt(path, 'key', {
    code: 'missing',
    message: `the instance ${index} has no steps`,
    next: 'add an item `default: [...]` for the instances that are not named',
  });
};

/** `01` is the instance 1. */
const normal = (ordinal: string): string => (/^\d+$/.test(ordinal) ? String(Number(ordinal)) : ordinal);

/** Steps are asked for by name, so that two of one instance cannot share one. */
export const checkStepNames = (items: Steps, path: Path, reader: Reader): void => {
  const seen = new Map<string, readonly string[]>();
  for (const { work, path: place } of worksOf(items, path)) {
    const name = nameOf(work);
    if (name === undefined) continue;
    // The steps of an ordinal are those of another instance; what stands in `steps` itself is for all of them.
    const owner = place.length > path.length + 1 ? String(place[path.length + 1]) : 'all';
    const owners = seen.get(name) ?? [];
    if (owners.some((other) => other === owner || other === 'all' || owner === 'all')) {
      reader.reportAt(place, 'value', {
        code: 'duplicate-name',
        message: `there is another step \`${name}\``,
        next: 'give it a name of its own: `name: ...`',
      });
    }
    seen.set(name, [...owners, owner]);
  }
};

const nameOf = (work: LooseWork): string | undefined => {
  if (typeof work === 'string' || Array.isArray(work)) return undefined;
  if ('call' in work) return work.name ?? work.call;
  if ('wait' in work) return work.name ?? work.wait;
  return 'approve' in work ? (work.name ?? 'approve') : undefined;
};
