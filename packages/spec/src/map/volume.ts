import type { ExternalVolume, HostVolume, VolumeSpec } from '@warder/core';
import type { externalVolume, hostVolume, volume } from '../language/volume.ts';
import type { StrictOf } from '../shape/shape.ts';

type StrictVolume = StrictOf<typeof volume>;

export const volumeSpecs = (raw: {
  readonly volume?: StrictVolume;
  readonly volumes?: ReadonlyMap<string, StrictVolume>;
}): readonly VolumeSpec[] =>
  [...(raw.volume ? [raw.volume] : []), ...(raw.volumes?.values() ?? [])].map(({ path, type, size, profiles }) => ({
    path,
    type,
    sizeMiB: size,
    ...(profiles ? { profiles } : {}),
  }));

export const hostVolumeSpec = (name: string, raw: StrictOf<typeof hostVolume>): HostVolume => ({
  name,
  hostPath: raw['host-path'],
  containerPath: raw['container-path'],
  mode: raw.mode ?? 'RW',
});

export const externalVolumeSpec = (name: string, raw: StrictOf<typeof externalVolume>): ExternalVolume => ({
  name,
  driver: raw['driver-name'],
  driverOptions: raw['driver-options'] ?? {},
  ...(raw['volume-name'] === undefined ? {} : { volumeName: raw['volume-name'] }),
  containerPath: raw['container-path'],
  mode: raw['volume-mode'] ?? 'RW',
});
