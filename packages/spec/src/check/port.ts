import { portMax } from '../language/port.ts';
import type { resourceSet } from '../language/resource.ts';
import type { LooseService } from '../language/service.ts';
import type { Path } from '../path.ts';
import type { LooseOf } from '../shape/shape.ts';
import type { Reader } from '../yaml/reader.ts';

type Ports = NonNullable<LooseOf<typeof resourceSet>['ports']>;

export const checkPorts = (service: LooseService, reader: Reader): void => {
  const advertised = new Map<string, string>();
  for (const [podName, pod] of service.pods ?? []) {
    for (const kind of ['resource-sets', 'tasks'] as const) {
      for (const [name, set] of pod?.[kind] ?? []) {
        if (!set?.ports) continue;
        const path = ['pods', podName, kind, name, 'ports'];
        checkSetPorts(set.ports, path, reader);
        checkAdvertised(set.ports, path, advertised, reader);
      }
    }
  }
};

const checkSetPorts = (ports: Ports, path: Path, reader: Reader): void => {
  const numbers = new Map<number, string>();
  const variables = new Map<string, string>();
  for (const [name, port] of ports) {
    if (port) checkRanges(port, [...path, name], reader);
    const number = port?.port;
    const sameNumber = number === undefined ? undefined : numbers.get(number);
    if (number !== undefined && number !== 0 && sameNumber !== undefined) {
      reader.reportAt([...path, name, 'port'], 'value', {
        code: 'duplicate-port',
        message: `the port \`${sameNumber}\` of the same resource set is ${number} too`,
        next: 'choose another number, or 0 for any free one',
      });
    }
    if (number !== undefined) numbers.set(number, name);
    const variable = port?.['env-key'];
    const sameVariable = variable === undefined ? undefined : variables.get(variable);
    if (sameVariable !== undefined) {
      reader.reportAt([...path, name, 'env-key'], 'value', {
        code: 'duplicate-name',
        message: `the port \`${sameVariable}\` uses the variable \`${variable}\` too`,
        next: 'choose another variable',
      });
    }
    if (variable !== undefined) variables.set(variable, name);
    const prefix = port?.vip?.prefix;
    if (prefix !== undefined && prefix !== name && ports.has(prefix)) {
      reader.reportAt([...path, name, 'vip', 'prefix'], 'value', {
        code: 'duplicate-name',
        message: `the VIP would have the name of the port \`${prefix}\``,
        next: 'choose another prefix',
      });
    }
  }
};

type LoosePort = NonNullable<ReturnType<Ports['get']>>;

/** Ranges are for ports that are chosen; a fixed one must at least be within. */
const checkRanges = ({ port, ranges }: LoosePort, path: Path, reader: Reader): void => {
  if (port === undefined && !ranges && !reader.isThere([...path, 'port']) && !reader.isThere([...path, 'ranges'])) {
    reader.reportAt(path, 'key', {
      code: 'missing',
      message: '`port` is missing',
      next: 'write `port`: the port, or 0 for any free one',
    });
  }
  const bounds = (ranges ?? []).map((range) => ({ begin: range?.begin ?? 0, end: range?.end ?? portMax }));
  for (const [index, { begin, end }] of bounds.entries()) {
    if (begin <= end) continue;
    reader.reportAt([...path, 'ranges', index], 'value', {
      code: 'out-of-range',
      message: `the range begins at ${begin}, behind its end ${end}`,
      next: 'exchange them',
    });
  }
  const fixed = port ?? 0;
  if (fixed !== 0 && bounds.length > 0 && !bounds.some(({ begin, end }) => begin <= fixed && fixed <= end)) {
    reader.reportAt([...path, 'port'], 'value', {
      code: 'conflict',
      message: `the port ${fixed} is in none of its ranges`,
      next: 'write 0 for one that is chosen from them, or correct the ranges',
    });
  }
};

/** Endpoints are asked for by name, so that a name can stand for one port only. */
const checkAdvertised = (ports: Ports, path: Path, advertised: Map<string, string>, reader: Reader): void => {
  for (const [name, port] of ports) {
    if (port?.advertise !== true) continue;
    const other = advertised.get(name);
    if (other !== undefined) {
      reader.reportAt([...path, name], 'key', {
        code: 'duplicate-name',
        message: `${other} advertises a port \`${name}\` too`,
        next: 'give the ports that are advertised names of their own',
      });
    }
    if (other === undefined) advertised.set(name, path.slice(0, -1).join('.'));
  }
};
