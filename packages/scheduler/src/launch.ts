/** From the core's launch to the engine's: nothing left to decide, environment and files filled in. */
import type { Action, LaunchTask, Offer, PodSpec, Reservation, ServiceSpec, TaskSpec } from '@warder/core';
import type { EngineTask, Launch } from '@warder/engine';
import { bootstrapOf, callsBootstrap } from './bootstrap.ts';
import { configFilesOf } from './config-file.ts';
import { environmentOf, hostnamesOf, vipHostnameOf } from './environment.ts';
import { engineSecret } from './secret.ts';
import type { SecretValues } from './secret.ts';

export type LaunchAction = Extract<Action, { type: 'launch' }>;

/** Throws with every problem when a config template cannot be rendered. */
export function launchOf(
  service: ServiceSpec,
  action: LaunchAction,
  offer: Offer | undefined,
  values: SecretValues,
): Launch {
  const { operationId, reservation, pod, tasks } = action;
  return {
    operationId,
    reservation,
    tasks: tasks.map((task) => taskOf(service, pod, reservation, task, offer, values)),
  };
}

function taskOf(
  { name: service, user }: ServiceSpec,
  pod: PodSpec,
  reservation: Reservation,
  task: LaunchTask,
  offer: Offer | undefined,
  values: SecretValues,
): EngineTask {
  const { taskId, spec, ports, peers } = task;
  const name = `${reservation.instance}-${spec.name}`;
  const around = { service, pod, reservation, taskName: name, task, offer };
  const env = { ...spec.env, ...environmentOf(around) };
  const view = {
    ...env,
    address: reservation.address,
    ports,
    live: Object.entries(spec.live?.values ?? {}).map(([key, value]) => ({ key, value })),
    peers: Object.fromEntries(Object.entries(peers).map(([key, list]) => [key, withLast(list)])),
  };
  const secrets = (pod.secrets ?? []).map((secret) => engineSecret(secret, values));
  const calls = callsBootstrap(spec, pod);
  const { files, secretFiles, open } = configFilesOf(spec, { task: name, view, secrets, leaveOpen: calls });
  const hidden = [...secrets, ...secretFiles];
  return {
    taskId,
    name,
    resourceSet: spec.resourceSet,
    cmd: spec.cmd,
    user,
    env,
    files: calls ? [...files, bootstrapOf(open)] : files,
    ...(hidden.length === 0 ? {} : { secrets: hidden }),
    artifacts: pod.uris,
    rlimits: pod.rlimits,
    vips: vipsOf(service, pod, spec, ports),
    hostnames: hostnamesOf(around, spec),
    ...(spec.readinessCheck === undefined ? {} : { readiness: spec.readinessCheck }),
    ...(spec.healthCheck === undefined ? {} : { health: spec.healthCheck }),
    graceMs: spec.killGraceMs,
    ...isolationOf(pod, spec),
  };
}

/** What of it an engine cannot do was refused when the spec was configured. */
function isolationOf(pod: PodSpec, spec: TaskSpec): Partial<EngineTask> {
  const { hostVolumes, seccomp } = pod;
  const limits = pod.resourceSets.find(({ name }) => name === spec.resourceSet)?.limits;
  const shareIpc = spec.ipcMode === 'SHARE_PARENT';
  const shmSizeMiB = shareIpc ? pod.shmSizeMiB : (spec.shmSizeMiB ?? pod.shmSizeMiB);
  return {
    ...(hostVolumes === undefined ? {} : { hostVolumes }),
    ...(pod.sharePidNamespace === true ? { sharePid: true } : {}),
    ...(shareIpc ? { shareIpc } : {}),
    ...(shmSizeMiB === undefined ? {} : { shmSizeMiB }),
    ...(seccomp === undefined ? {} : { seccomp }),
    ...(limits === undefined ? {} : { limits }),
  };
}

/** Mustache has no way to tell the last element of a list, and lists with commas between are what templates need. */
const withLast = <T extends object>(list: readonly T[]): readonly (T & { readonly last: boolean })[] =>
  list.map((item, at) => ({ ...item, last: at === list.length - 1 }));

function vipsOf(
  service: string,
  pod: PodSpec,
  spec: TaskSpec,
  ports: Readonly<Record<string, number>>,
): EngineTask['vips'] {
  const set = pod.resourceSets.find(({ name }) => name === spec.resourceSet);
  return (set?.ports ?? []).flatMap(({ name, vip }) => {
    const backendPort = ports[name];
    return vip === undefined || backendPort === undefined
      ? []
      : [{ ...vip, backendPort, hostname: vipHostnameOf(service, vip.prefix) }];
  });
}
