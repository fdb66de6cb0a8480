import type { LoosePod } from '../language/service.ts';
import type { volume } from '../language/volume.ts';
import type { Path } from '../path.ts';
import type { LooseOf } from '../shape/shape.ts';
import type { Reader } from '../yaml/reader.ts';

type LooseVolume = LooseOf<typeof volume>;
type LooseVolumes = {
  readonly volume?: LooseVolume | undefined;
  readonly volumes?: ReadonlyMap<string, LooseVolume | undefined> | undefined;
};

/** The volumes of a resource set or a pod: each has a path of its own, and profiles are those of whole disks. */
export const checkVolumes = (owner: LooseVolumes, path: Path, reader: Reader): void => {
  const seen = new Map<string, string>();
  for (const { name, place, volume } of volumesOf(owner, path)) {
    if (volume?.profiles && volume.type === 'ROOT') {
      reader.reportAt([...place, 'profiles'], 'key', {
        code: 'conflict',
        message: 'only a whole disk has a profile, and `ROOT` is a part of the shared one',
        next: 'write `type: MOUNT`, or remove `profiles`',
      });
    }
    if (volume?.path === undefined) continue;
    const other = seen.get(volume.path);
    if (other !== undefined) {
      reader.reportAt([...place, 'path'], 'value', {
        code: 'duplicate-name',
        message: `the volume \`${other}\` has the same path \`${volume.path}\``,
        next: 'give each volume a path of its own',
      });
    }
    seen.set(volume.path, name);
  }
};

type Written = { readonly name: string; readonly place: Path; readonly volume: LooseVolume | undefined };

const volumesOf = ({ volume, volumes }: LooseVolumes, path: Path): readonly Written[] => [
  ...(volume ? [{ name: 'volume', place: [...path, 'volume'], volume }] : []),
  ...[...(volumes ?? [])].map(([name, each]) => ({ name, place: [...path, 'volumes', name], volume: each })),
];

/** A task sees the volumes of its pod and of its set, and what is bound from elsewhere: no two at one place. */
export const checkPodVolumes = (pod: LoosePod, path: Path, reader: Reader): void => {
  checkVolumes(pod, path, reader);
  const taken = new Map(volumesOf(pod, path).map(({ volume, name }) => [volume?.path ?? '', `the volume \`${name}\``]));
  const duplicate = (place: Path, where: string, other: string): void =>
    reader.reportAt(place, 'value', {
      code: 'duplicate-name',
      message: `${other} of the pod is seen at \`${where}\` too`,
      next: 'choose another path',
    });
  for (const kind of ['host-volumes', 'external-volumes'] as const) {
    for (const [name, volume] of pod[kind] ?? []) {
      const where = volume?.['container-path'];
      if (where === undefined) continue;
      const other = taken.get(where);
      if (other !== undefined) duplicate([...path, kind, name, 'container-path'], where, other);
      taken.set(where, `the volume \`${name}\``);
    }
  }
  for (const kind of ['resource-sets', 'tasks'] as const) {
    for (const [name, set] of pod[kind] ?? []) {
      for (const { place, volume } of volumesOf(set ?? {}, [...path, kind, name])) {
        const other = volume?.path === undefined ? undefined : taken.get(volume.path);
        if (volume?.path !== undefined && other !== undefined) duplicate([...place, 'path'], volume.path, other);
      }
    }
  }
};
