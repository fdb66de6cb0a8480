/** The part of an ensemble that a cluster has for itself: taken before its first start, removed after its last end. */
import type { Session } from './session.ts';

/**
 * Takes the chroot for this cluster, by the very node that Kafka reads the id of its cluster from. Done again, it changes
 * nothing. Rejects when the chroot, or one above it, belongs to somebody else.
 */
export const claimChroot = async (session: Session, chroot: string, clusterId: string): Promise<void> => {
  await session.sync('/');
  for (const above of pathsTo(chroot).slice(0, -1)) {
    const owner = await ownerOf(session, above);
    if (owner !== undefined) throw new Error(`${above} belongs to the cluster ${owner}: choose a chroot outside of it`);
  }
  const owner = await ownerOf(session, chroot);
  if (owner === clusterId) return;
  if (owner !== undefined) throw new Error(`${chroot} belongs to the cluster ${owner}: choose another chroot`);
  const present = (await session.children(chroot)) ?? [];
  const strange = present.filter((name) => name !== 'cluster');
  if (strange.length > 0) {
    throw new Error(`${chroot} has nodes of somebody else (${strange.slice(0, 5).join(', ')}): choose another chroot`);
  }
  for (const path of pathsTo(`${chroot}/cluster`)) await session.create(path);
  await session.create(idPath(chroot), JSON.stringify({ version: '1', id: clusterId }));
  const now = await ownerOf(session, chroot);
  if (now !== clusterId) throw new Error(`${chroot} was taken by the cluster ${now ?? 'of nobody'} meanwhile`);
};

/** Rejects when the chroot is not this cluster's. Changes nothing. */
export const checkChroot = async (session: Session, chroot: string, clusterId: string): Promise<void> => {
  const owner = await ownerOf(session, chroot);
  if (owner === clusterId) return;
  const whose = owner === undefined ? 'is not there' : `belongs to the cluster ${owner}`;
  throw new Error(`${chroot} ${whose}: correct zookeeper.connect, so that it names the ensemble of this cluster`);
};

export type Removal = { readonly removed: number } | { readonly kept: string };

/**
 * Removes the chroot with all in it, and nothing else. What says whose it is goes last, so that it can be done again after
 * an interruption. What belongs to another cluster is left alone.
 */
export const removeChroot = async (session: Session, chroot: string, clusterId: string): Promise<Removal> => {
  await session.sync('/');
  const present = await session.children(chroot);
  if (present === undefined) return { removed: 0 };
  const owner = await ownerOf(session, chroot);
  if (owner !== undefined && owner !== clusterId) return { kept: `${chroot} belongs to the cluster ${owner}` };
  const rest = present.filter((name) => name !== 'cluster');
  if (owner === undefined && rest.length > 0)
    return { kept: `${chroot} has nodes, but no cluster that they belong to` };
  let removed = 0;
  for (const name of rest) removed += await removeTree(session, `${chroot}/${name}`);
  return { removed: removed + (await removeTree(session, chroot)) };
};

/** How many nodes. In batches: a cluster has tens of thousands. */
const removeTree = async (session: Session, path: string): Promise<number> => {
  const names = (await session.children(path)) ?? [];
  let removed = 0;
  for (let at = 0; at < names.length; at += batch) {
    const counts = names.slice(at, at + batch).map((name) => removeTree(session, `${path}/${name}`));
    for (const count of await Promise.all(counts)) removed += count;
  }
  await session.delete(path);
  return removed + 1;
};

const batch = 50;

const idPath = (chroot: string): string => `${chroot}/cluster/id`;

/** The id of the cluster that has it; undefined: it is nobody's. */
export const ownerOf = async (session: Session, chroot: string): Promise<string | undefined> => {
  const text = await session.read(idPath(chroot));
  if (text === undefined) return undefined;
  try {
    const { id } = JSON.parse(text) as { id?: unknown };
    return typeof id === 'string' ? id : text;
  } catch {
    return text;
  }
};

/** `/a/b` is reached by `/a`, then `/a/b`. */
const pathsTo = (path: string): readonly string[] => {
  const names = path.slice(1).split('/');
  return names.map((_, at) => `/${names.slice(0, at + 1).join('/')}`);
};
