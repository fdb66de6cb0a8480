import { bridgeNetwork } from '../language/network.ts';
import type { LoosePod } from '../language/service.ts';
import type { Path } from '../path.ts';
import type { Reader } from '../yaml/reader.ts';

/** Ports are mapped in pairs, and only where a network can. */
export const checkNetworks = (pod: LoosePod, podPath: Path, reader: Reader): void => {
  for (const [name, network] of pod.networks ?? []) {
    const path = [...podPath, 'networks', name];
    const hosts = network?.['host-ports'];
    const containers = network?.['container-ports'];
    if (!hosts && !containers) continue;
    if (name !== bridgeNetwork) {
      reader.reportAt([...path, hosts ? 'host-ports' : 'container-ports'], 'key', {
        code: 'conflict',
        message: `the network \`${name}\` cannot map ports`,
        next: `remove \`host-ports\` and \`container-ports\`, or use the network \`${bridgeNetwork}\``,
      });
    } else if (hosts?.length !== containers?.length) {
      reader.reportAt(path, 'key', {
        code: 'conflict',
        message: `there are ${hosts?.length ?? 0} \`host-ports\` and ${containers?.length ?? 0} \`container-ports\``,
        next: 'write both lists, with the same number of ports',
      });
    }
    const twice = (hosts ?? []).findIndex((port, at) => port !== undefined && hosts?.indexOf(port) !== at);
    if (twice !== -1) {
      reader.reportAt([...path, 'host-ports', twice], 'value', {
        code: 'duplicate-port',
        message: `the port ${hosts?.[twice]} of the agent is mapped twice`,
        next: 'choose another one',
      });
    }
  }
};
