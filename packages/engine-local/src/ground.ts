/** What an engine stands on: its home, what this machine can do, its agents and what they hold. */
import { openAgents } from './agent/agents.ts';
import type { AgentOptions } from './agent/agents.ts';
import { readDeclaration } from './agent/declaration.ts';
import { findGpus } from './agent/gpu.ts';
import { openLedger } from './agent/ledger.ts';
import { bridgedNetwork } from './agent/network.ts';
import { openCache } from './artifact/cache.ts';
import { EngineError } from './error.ts';
import type { Home } from './home.ts';
import { findCgroups } from './host/cgroup.ts';
import type { Cgroups } from './host/cgroup.ts';
import type { JailHost } from './host/probe.ts';
import { bootId } from './host/process.ts';
import { openHosts } from './jail/hosts.ts';
import type { Jail } from './jail/jail.ts';
import { findNamespaces } from './jail/namespace.ts';
import type { Namespaces } from './jail/namespace.ts';
import { ociJail } from './jail/oci-jail.ts';
import { processJail } from './jail/process-jail.ts';
import type { LocalEngineOptions } from './local-engine.ts';
import { findSecrets } from './task/secret.ts';
import type { LocalTask } from './task/task.ts';
import { loopbackVips, openVips } from './vip/vips.ts';
import type { World } from './world.ts';

export type Ground = Omit<World, 'removeIdle' | 'changed' | 'emit' | 'offersChanged' | 'serial'> & {
  readonly cgroups: Cgroups;
  readonly namespaces: Namespaces | undefined;
};

/** Throws `engine-agents-file`. */
export const makeGround = (home: Home, host: JailHost, options: LocalEngineOptions): Ground => {
  const cgroups = findCgroups();
  const namespaces = findNamespaces(home.hash);
  const secrets = { jail: findSecrets('jail', home.hash), process: findSecrets('process', home.hash) };
  const hosts = openHosts(home);
  const jails = jailsOf({ home, host, cgroups, namespaces, secrets, hosts });
  const jail = options.isolation === 'process' ? jails.process : (jails.jail ?? jails.process);
  const list = agentsOf(home, options);
  const separate = list.length > 1 && jail.mode === 'jail' && host.ip !== undefined;
  const network = separate && host.ip !== undefined ? bridgedNetwork(host.ip, home.hash) : undefined;
  const tasks = new Map<string, LocalTask>();
  const { log } = options;
  return {
    home,
    host,
    cgroups,
    namespaces,
    hosts,
    boot: bootId(),
    tasks,
    jail,
    network,
    log,
    cache: openCache(home.cache),
    jailOf: (mode) => (mode === 'process' ? jails.process : (jails.jail ?? missingRuntime())),
    secretsOf: (mode) => secrets[mode],
    agents: openAgents({ home, list, network, gpus: jail.mode === 'jail' ? findGpus(options.devices ?? '/dev') : [] }),
    ledger: openLedger(home.reservations),
    vips: openVips({ home, log, tasks: () => tasks.values(), range: network?.vips ?? loopbackVips }),
  };
};

type Parts = Pick<Ground, 'home' | 'host' | 'cgroups' | 'namespaces' | 'hosts'> & {
  readonly secrets: Readonly<Record<'jail' | 'process', ReturnType<typeof findSecrets>>>;
};

const jailsOf = ({ secrets, host, ...parts }: Parts): { readonly jail?: Jail; readonly process: Jail } => {
  const boot = bootId();
  const { runtime, init } = host;
  const unjailed = processJail(boot, secrets.process);
  if (runtime === undefined) return { process: unjailed };
  const { seccomp } = runtime;
  const jail = ociJail({
    ...parts,
    runtime,
    boot,
    seccomp,
    secrets: secrets.jail,
    ...(init !== undefined && { init }),
  });
  return { jail, process: unjailed };
};

/** Shares of the machine are told apart by zones of their own; what is declared is as it is declared. */
const agentsOf = (home: Home, { agents }: LocalEngineOptions): readonly AgentOptions[] => {
  const declared = readDeclaration(home.agentsFile);
  if (agents !== undefined && declared !== undefined) {
    throw new EngineError(
      'engine-agents-file',
      `the agents are declared in ${home.agentsFile}, and given otherwise too`,
      'start without --agents, or remove the file',
    );
  }
  const wanted = agents ?? declared ?? 1;
  return typeof wanted === 'number'
    ? Array.from({ length: wanted }, (_, index) => ({ attributes: { zone: `zone-${index}` } }))
    : wanted;
};

const missingRuntime = (): never => {
  throw new EngineError(
    'engine-no-runtime',
    'tasks of this home are in jails, and no runc or crun can be found',
    'apt-get install runc',
  );
};
