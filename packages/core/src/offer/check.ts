/** Whether an offer is enough for a pod instance, apart from its placement rule. */
import type { Reservation } from '../record/instance.ts';
import type { PodSpec } from '../spec/pod.ts';
import type { Where } from '../spec/plan.ts';
import { chooseDisks, sharesOf } from './disk.ts';
import type { MountNeed, Need, PortNeed } from './need.ts';
import type { Disk, Offer } from './offer.ts';
import type { Check } from './outcome.ts';
import { choosePorts } from './port.ts';

/** What of the offer the instance would have. */
export type Choice = {
  readonly ports: ReadonlyMap<PortNeed, number>;
  readonly disks: ReadonlyMap<MountNeed, Disk>;
};

export type Wish = {
  readonly pod: PodSpec;
  readonly need: Need;
  /** It has a place on this agent already, that is to be changed. */
  readonly held?: Reservation;
  readonly where?: Where;
  /** The ports that it would like, by name. */
  readonly last?: Readonly<Record<string, number>>;
  readonly salt?: number;
};

/** Sums of fractions of a cpu are not exact. */
const EPSILON = 1e-9;

export function checkOffer(
  offer: Offer,
  { pod, need, held, last = {}, salt = 0 }: Wish,
): {
  readonly checks: readonly Check[];
  readonly choice: Choice;
} {
  const shares = sharesOf(need, offer);
  const ports = choosePorts(need.ports, offer.ports, last, salt);
  const disks = chooseDisks(shares.mounts, offer.disks ?? []);
  const checks: Check[] = [
    checkAgent(offer, held),
    checkRole(offer, pod),
    amount('cpus', need.cpus, offer.cpus + EPSILON, ''),
    amount('memory', need.memoryMiB, offer.memoryMiB, ' MiB'),
    amount('disk', shares.diskMiB, offer.diskMiB, ' MiB'),
    ...(need.gpus > 0 ? [amount('gpus', need.gpus, offer.gpus ?? 0, '')] : []),
    ...(shares.mounts.length > 0 ? [leaf('mounts', !('missing' in disks), () => textOfDisks(offer, disks))] : []),
    leaf('ports', !('missing' in ports), () => textOfPorts(need, ports)),
  ];
  return {
    checks,
    choice: {
      ports: 'missing' in ports ? new Map() : ports.chosen,
      disks: 'missing' in disks ? new Map() : disks.chosen,
    },
  };
}

/** What is there already may be changed on a cordoned agent: nothing new comes with it. */
function checkAgent({ hostname, state, maintenance }: Offer, held: Reservation | undefined): Check {
  const why = maintenance === 'drained' ? drained(hostname) : `${hostname} is cordoned: nothing new is placed on it`;
  if (state !== 'up' || maintenance === undefined)
    return leaf('agent', state === 'up', () => `${hostname} is ${state}`);
  return leaf('agent', held !== undefined && maintenance === 'cordoned', () => why);
}

export const drained = (hostname: string): string =>
  `${hostname} is drained for maintenance: nothing starts on it until it is given back`;

const checkRole = ({ hostname, role }: Offer, { preReservedRole: wanted }: PodSpec): Check =>
  leaf('role', role === wanted, () => {
    const only = `${hostname} is ${role === undefined ? 'not set aside for a role' : `set aside for the role ${role}`}`;
    return wanted === undefined ? only : `${only}, needs the role ${wanted}`;
  });

function textOfDisks({ hostname, disks = [] }: Offer, found: ReturnType<typeof chooseDisks>): string {
  if (!('missing' in found)) return 'each volume has a disk of its own';
  const { path, sizeMiB, profiles } = found.missing;
  const wanted = `disk of ${sizeMiB} MiB${profiles.length === 0 ? '' : ` with the profile ${profiles.join(' or ')}`}`;
  const free = disks.map(({ sizeMiB: size, profile }) => `${size} MiB${profile === undefined ? '' : ` ${profile}`}`);
  return `${hostname} has no ${wanted} left for ${path}; free disks: ${free.join(', ') || 'none'}`;
}

function textOfPorts({ ports }: Need, found: ReturnType<typeof choosePorts>): string {
  if (!('missing' in found)) return ports.length === 0 ? 'no new port needed' : 'free';
  const { name, port, ranges } = found.missing;
  const within = ranges?.map(({ begin, end }) => `${begin}-${end}`).join(', ');
  return `port ${port === 0 ? (within ?? 'any') : port} for ${name} is not free`;
}

const leaf = (name: string, passed: boolean, reason: () => string): Check => ({ name, passed, reason });

const round = (value: number): number => Math.round(value * 1000) / 1000;

const amount = (name: string, needed: number, free: number, unit: string): Check =>
  leaf(name, needed <= free, () => `needs ${round(needed)}${unit} ${name}, ${round(free)}${unit} free`);
