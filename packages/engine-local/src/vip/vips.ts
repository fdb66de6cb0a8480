/** The VIPs of all services: which there are follows from the tasks, so a new engine makes the same again. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { VipView } from '@warder/engine';
import { isCode } from '../error.ts';
import type { Home } from '../home.ts';
import { readJson, writeJson } from '../json-file.ts';
import type { Log } from '../log.ts';
import type { LocalTask } from '../task/task.ts';
import { openProxy } from './proxy.ts';
import type { Backend, Proxy } from './proxy.ts';

/** Where VIPs may be. */
export type VipRange = {
  readonly size: number;
  readonly at: (index: number) => string;
  /** Make it an address of this machine. */
  readonly claim: (address: string) => Promise<void>;
};

/** All of 127/8 is there on Linux; elsewhere only the first address, which all VIPs then share. */
export const loopbackVips: VipRange = {
  size: 65_536,
  at: (index) => (process.platform === 'linux' ? `127.77.${index >> 8}.${Math.max(1, index & 255)}` : '127.0.0.1'),
  claim: () => Promise.resolve(),
};

export type VipsOptions = {
  readonly home: Home;
  readonly log: Log;
  readonly tasks: () => Iterable<LocalTask>;
  readonly range: VipRange;
};

export type Vips = {
  /** Make the VIPs of this task that are missing. Waits until they listen. */
  readonly ensure: (task: LocalTask) => Promise<void>;
  readonly view: (service: string) => readonly VipView[];
  readonly removeService: (service: string) => Promise<void>;
  readonly close: () => Promise<void>;
};

type Vip = { readonly service: string; readonly prefix: string; readonly port: number; proxy: Proxy | undefined };

export const openVips = ({ home, log, tasks, range }: VipsOptions): Vips => {
  const path = join(home.engine, 'vips.json');
  const addresses = new Map(Object.entries((readJson(path) ?? {}) as Record<string, string>));
  const vips = new Map<string, Vip>();
  const backendsOf = (vip: Vip) => backends(vip, tasks());
  const open = async (vip: Vip): Promise<void> => {
    const name = `${vip.service}/${vip.prefix}`;
    for (const address of candidates(range, name, addresses.get(name))) {
      try {
        await range.claim(address);
        const able = () => backendsOf(vip).filter((each) => each.healthy);
        vip.proxy = await openProxy(address, vip.port, able);
        addresses.set(name, address);
        return writeJson(path, Object.fromEntries(addresses));
      } catch (error) {
        if (!isCode(error, 'EADDRINUSE', 'EADDRNOTAVAIL')) throw error;
      }
    }
    log.error({ service: vip.service, vip: vip.prefix, port: vip.port }, 'no address is free for a VIP');
  };
  const closeWhere = async (matches: (vip: Vip) => boolean): Promise<void> => {
    for (const [key, vip] of vips) {
      if (!matches(vip)) continue;
      vips.delete(key);
      await vip.proxy?.close();
    }
  };
  return {
    ensure: async (task) => {
      const { service } = task.place.record;
      for (const { prefix, port } of task.place.record.task.vips) {
        const key = `${service}/${prefix}:${port}`;
        if (vips.has(key)) continue;
        const vip: Vip = { service, prefix, port, proxy: undefined };
        vips.set(key, vip);
        await open(vip).catch((error: unknown) =>
          log.error({ service, vip: prefix, port, err: error }, 'a VIP cannot be opened'),
        );
      }
    },
    view: (service) =>
      [...vips.values()]
        .filter((vip) => vip.service === service && vip.proxy !== undefined)
        .map((vip) => ({
          prefix: vip.prefix,
          port: vip.proxy?.port ?? vip.port,
          address: vip.proxy?.address ?? '',
          backends: backendsOf(vip).map(({ address, port, healthy }) => ({ address: `${address}:${port}`, healthy })),
        })),
    removeService: async (service) => {
      await closeWhere((vip) => vip.service === service);
      for (const name of addresses.keys()) if (name.startsWith(`${service}/`)) addresses.delete(name);
      writeJson(path, Object.fromEntries(addresses));
    },
    close: () => closeWhere(() => true),
  };
};

const backends = (vip: Vip, tasks: Iterable<LocalTask>): readonly (Backend & { readonly healthy: boolean })[] => {
  const found: (Backend & { healthy: boolean })[] = [];
  for (const task of tasks) {
    if (task.ended || task.place.record.service !== vip.service) continue;
    const status = task.status();
    for (const each of task.place.record.task.vips) {
      if (each.prefix !== vip.prefix || each.port !== vip.port) continue;
      const healthy = status.state === 'RUNNING' && status.ready && isHealthy(task) && !task.killed;
      found.push({ address: task.place.record.address, port: each.backendPort, healthy });
    }
  }
  return found;
};

/** A task with a health check must have passed it: what was never seen healthy gets no work. */
const isHealthy = (task: LocalTask): boolean =>
  task.place.record.task.health === undefined || task.status().healthy === true;

const attemptsMax = 16;

/** Derived from the name, so that it is the same after a restart; the next ones when that is taken. */
const candidates = (range: VipRange, name: string, known: string | undefined): readonly string[] => {
  const start = createHash('sha256').update(name).digest().readUInt16BE(0);
  const derived = Array.from({ length: attemptsMax }, (_, step) => range.at((start + step) % range.size));
  return known === undefined ? derived : [known, ...derived];
};
