/** Disks for volumes of the type MOUNT: each is taken whole, whatever of it is asked for. */
import { match } from './match.ts';
import type { MountNeed, Need } from './need.ts';
import type { Disk, Offer } from './offer.ts';

/** The smallest disk that fits, of any one of the profiles, for each volume; or the first volume that has none. */
export function chooseDisks(
  needs: readonly MountNeed[],
  disks: readonly Disk[],
): { readonly chosen: ReadonlyMap<MountNeed, Disk> } | { readonly missing: MountNeed } {
  const bySize = disks.toSorted((a, b) => a.sizeMiB - b.sizeMiB || (a.id < b.id ? -1 : 1));
  return match(needs, ({ sizeMiB, profiles }) =>
    bySize.filter(
      (disk) =>
        disk.sizeMiB >= sizeMiB &&
        (profiles.length === 0 || (disk.profile !== undefined && profiles.includes(disk.profile))),
    ),
  );
}

/** Where an agent knows nothing of disks, a MOUNT volume that asks for no profile is a share of its ordinary one. */
export function sharesOf(
  { diskMiB, mounts }: Need,
  { disks }: Offer,
): { readonly diskMiB: number; readonly mounts: readonly MountNeed[] } {
  if (disks !== undefined) return { diskMiB, mounts };
  const shares = mounts.filter(({ profiles }) => profiles.length === 0);
  return {
    diskMiB: shares.reduce((all, { sizeMiB }) => all + sizeMiB, diskMiB),
    mounts: mounts.filter(({ profiles }) => profiles.length > 0),
  };
}
