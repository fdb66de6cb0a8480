/** Every name that a live task or a VIP answers to, written where the jails look. */
import type { Host } from './jail/hosts.ts';
import { shortName } from './jail/hosts.ts';
import type { LocalTask } from './task/task.ts';
import type { World } from './world.ts';

export const writeNames = ({ tasks, vips, hosts }: Pick<World, 'tasks' | 'vips' | 'hosts'>): void => {
  const live = [...tasks.values()].filter((task) => !task.ended);
  hosts.write(new Set(live.map((task) => task.place.record.service)), [
    ...live.map(hostOf),
    ...live.flatMap((task) => vipHosts(vips, task)),
  ]);
};

const hostOf = ({ place }: LocalTask): Host => {
  const { service, address, task } = place.record;
  return { service, address, short: shortName(task.name), names: task.hostnames ?? [] };
};

const vipHosts = (vips: World['vips'], { place }: LocalTask): readonly Host[] => {
  const { service, task } = place.record;
  if (task.vips.every(({ hostname }) => hostname === undefined)) return [];
  const open = vips.view(service);
  return task.vips.flatMap(({ prefix, port, hostname }) => {
    const vip = open.find((each) => each.prefix === prefix && each.port === port);
    return vip === undefined || hostname === undefined ? [] : [{ service, address: vip.address, names: [hostname] }];
  });
};
