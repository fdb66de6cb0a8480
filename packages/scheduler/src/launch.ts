/** From the core's launch to the engine's: nothing left to decide, environment and files filled in. */
import type { Action, LaunchTask, Offer, PodSpec, Reservation, ServiceSpec, TaskSpec } from '@warder/core';
import type { EngineSecret, EngineTask, Launch } from '@warder/engine';
import { renderTemplate } from '@warder/spec';
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
  { taskId, spec, ports, peers }: LaunchTask,
  offer: Offer | undefined,
  values: SecretValues,
): EngineTask {
  const name = `${reservation.instance}-${spec.name}`;
  const env = { ...spec.env, ...environmentOf(service, pod, reservation, name, ports, offer) };
  const view = {
    ...env,
    address: reservation.address,
    ports,
    live: Object.entries(spec.live?.values ?? {}).map(([key, value]) => ({ key, value })),
    peers: Object.fromEntries(Object.entries(peers).map(([key, list]) => [key, withLast(list)])),
  };
  const secrets = (pod.secrets ?? []).map((secret) => engineSecret(secret, values));
  const { files, secretFiles } = filesOf(spec, name, view, secrets);
  const hidden = [...secrets, ...secretFiles];
  return {
    taskId,
    name,
    resourceSet: spec.resourceSet,
    cmd: spec.cmd,
    user,
    env,
    files,
    ...(hidden.length === 0 ? {} : { secrets: hidden }),
    artifacts: pod.uris,
    rlimits: pod.rlimits,
    vips: vipsOf(pod, spec, ports),
    ...(spec.readinessCheck === undefined ? {} : { readiness: spec.readinessCheck }),
    ...(spec.healthCheck === undefined ? {} : { health: spec.healthCheck }),
    graceMs: spec.killGraceMs,
  };
}

/** Mustache has no way to tell the last element of a list, and lists with commas between are what templates need. */
const withLast = <T extends object>(list: readonly T[]): readonly (T & { readonly last: boolean })[] =>
  list.map((item, at) => ({ ...item, last: at === list.length - 1 }));

/** What a template has taken from a secret makes its file a secret too: it is kept off the disk. */
function filesOf(
  spec: TaskSpec,
  task: string,
  view: Readonly<Record<string, unknown>>,
  secrets: readonly EngineSecret[],
): { readonly files: EngineTask['files']; readonly secretFiles: readonly EngineSecret[] } {
  const variables = secrets.flatMap(({ envKey, value }) => (envKey === undefined ? [] : [{ envKey, value }]));
  const seen = Object.fromEntries(variables.map(({ envKey, value }) => [envKey, Buffer.from(value).toString()]));
  const blank = Object.fromEntries(variables.map(({ envKey }) => [envKey, '']));
  const problems: string[] = [];
  const rendered = spec.configs.flatMap(({ name, dest, template }) => {
    const render = (more: object) => renderTemplate(template, { ...view, ...more }, `${task}:${name}`);
    const whole = render(seen);
    if ('text' in whole) {
      const without = variables.length === 0 ? whole : render(blank);
      return [{ path: dest, content: whole.text, isSecret: !('text' in without) || without.text !== whole.text }];
    }
    problems.push(...whole.problems.map(({ message, where }) => `${name}:${where?.line}:${where?.column}: ${message}`));
    return [];
  });
  if (problems.length > 0) throw new Error(`config files cannot be written: ${problems.join('; ')}`);
  return {
    files: rendered.flatMap(({ path, content, isSecret }) => (isSecret ? [] : [{ path, content, mode: 0o640 }])),
    secretFiles: rendered.flatMap(({ path, content, isSecret }) =>
      isSecret ? [{ file: path, value: Buffer.from(content) }] : [],
    ),
  };
}

function environmentOf(
  service: string,
  pod: PodSpec,
  reservation: Reservation,
  taskName: string,
  ports: Readonly<Record<string, number>>,
  offer: Offer | undefined,
): Readonly<Record<string, string>> {
  const portEnv = pod.resourceSets
    .flatMap((set) => set.ports)
    .flatMap(({ name, envKey }) => (envKey === undefined ? [] : [[envKey, String(ports[name] ?? '')]]));
  return {
    SERVICE_NAME: service,
    FRAMEWORK_NAME: service,
    TASK_NAME: taskName,
    POD_INSTANCE_INDEX: reservation.instance.slice(reservation.instance.lastIndexOf('-') + 1),
    TASK_ADDRESS: reservation.address,
    AGENT_HOSTNAME: reservation.hostname,
    ZONE: offer?.attributes['zone'] ?? '',
    REGION: offer?.attributes['region'] ?? '',
    ...Object.fromEntries(portEnv),
  };
}

function vipsOf(pod: PodSpec, spec: TaskSpec, ports: Readonly<Record<string, number>>): EngineTask['vips'] {
  const set = pod.resourceSets.find(({ name }) => name === spec.resourceSet);
  return (set?.ports ?? []).flatMap(({ name, vip }) => {
    const backendPort = ports[name];
    return vip === undefined || backendPort === undefined ? [] : [{ ...vip, backendPort }];
  });
}
