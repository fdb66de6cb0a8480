/**
 * A network of their own for several agents on one machine: a namespace each on a bridge of the host. Ports are then
 * really per agent, and taking a link down is a real partition. Nothing is routed to the world outside.
 */
import { EngineError } from '../error.ts';
import { run } from '../host/program.ts';
import type { VipRange } from '../vip/vips.ts';

export type Network = {
  readonly addressOf: (index: number) => string;
  /** What a task joins. */
  readonly pathOf: (index: number) => string;
  /** Makes what is missing. Rejects with `engine-network`. */
  readonly ensure: (index: number) => Promise<void>;
  readonly setLink: (index: number, up: boolean) => Promise<void>;
  /** Addresses for VIPs that the tasks can reach too: their loopback is not that of the host. */
  readonly vips: VipRange;
  /** Nothing happens when it is not there. */
  readonly remove: (index: number) => Promise<void>;
};

/** `hash`: of the home. Interface names have at most 15 characters. */
export const bridgedNetwork = (ip: string, hash: string): Network => {
  const bridge = `wd${hash}`;
  const prefix = `10.${64 + (Number.parseInt(hash.slice(0, 2), 16) % 128)}.${Number.parseInt(hash.slice(2, 4), 16)}`;
  const namespace = (index: number) => `warder-${hash}-${index}`;
  const link = (index: number) => `wd${hash}-${index}`;
  const present = new Set<number>();
  const has = async (kind: readonly string[]) => (await run([ip, ...kind])).code === 0;
  const must = async (...args: readonly string[]) => {
    const { code, stderr } = await run([ip, ...args]);
    if (code === 0) return;
    throw new EngineError(
      'engine-network',
      `ip ${args.join(' ')}: ${stderr.trim()}`,
      'see `warder doctor`; one agent needs no network of its own',
    );
  };
  const ensureBridge = async () => {
    if (await has(['link', 'show', 'dev', bridge])) return;
    await must('link', 'add', bridge, 'type', 'bridge');
    await must('addr', 'add', `${prefix}.1/24`, 'dev', bridge);
    await must('link', 'set', bridge, 'up');
  };
  const ensure = async (index: number) => {
    if (present.has(index)) return;
    await ensureBridge();
    const inside = ['-n', namespace(index)];
    if (!(await has([...inside, 'link', 'show', 'dev', 'eth0']))) {
      // What is half there was left by an engine that ended in the middle.
      await run([ip, 'link', 'del', link(index)]);
      await run([ip, 'netns', 'del', namespace(index)]);
      await must('netns', 'add', namespace(index));
      await must('link', 'add', link(index), 'type', 'veth', 'peer', 'name', 'eth0', 'netns', namespace(index));
      await must('link', 'set', link(index), 'master', bridge, 'up');
      await must(...inside, 'addr', 'add', `${prefix}.${11 + index}/24`, 'dev', 'eth0');
      await must(...inside, 'link', 'set', 'lo', 'up');
      await must(...inside, 'link', 'set', 'eth0', 'up');
    }
    present.add(index);
  };
  const vips: VipRange = {
    size: 100,
    at: (index) => `${prefix}.${128 + index}`,
    claim: async (address) => {
      await ensureBridge();
      await run([ip, 'addr', 'add', `${address}/32`, 'dev', bridge]);
    },
  };
  return {
    vips,
    addressOf: (index) => `${prefix}.${11 + index}`,
    pathOf: (index) => `/run/netns/${namespace(index)}`,
    ensure,
    setLink: async (index, up) => {
      await run([ip, 'link', 'set', link(index), up ? 'up' : 'down']);
    },
    remove: async (index) => {
      present.delete(index);
      await run([ip, 'link', 'del', link(index)]);
      await run([ip, 'netns', 'del', namespace(index)]);
      const { stdout } = await run([ip, '-o', 'link', 'show', 'master', bridge]);
      if (stdout.trim() === '') await run([ip, 'link', 'del', bridge]);
    },
  };
};
