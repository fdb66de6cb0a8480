/** What a launch needs and nobody may see: secrets of the pod, and certificates that are made for this launch alone. */
import type { PodSpec, SecretSpec, TransportEncryption } from '@warder/core';
import type { EngineSecret, EngineTask, Launch } from '@warder/engine';
import type { LaunchAction } from './launch.ts';

/** The secrets of the server that one service may read. */
export type SecretReader = {
  /** Of all that there are, now. */
  readonly paths: () => readonly string[];
  /** The value; undefined when it is not there. Rejects, without a word of the value, when it cannot be read. */
  readonly read: (path: string) => Promise<Uint8Array | undefined>;
  /** Called when `paths` answers something else. The returned function ends it. */
  readonly onChange: (listener: () => void) => () => void;
};

/** Makes what a task needs to be known by: files with keys and certificates, new ones each time. */
export type CertificateMaker = (wanted: CertificateRequest) => Promise<readonly EngineSecret[]>;

export type CertificateRequest = {
  /** `broker-0-server` */
  readonly task: string;
  readonly service: string;
  /** What the task is reached at. */
  readonly hostnames: readonly string[];
  readonly address: string;
  readonly artifacts: readonly TransportEncryption[];
};

/** By path. */
export type SecretValues = ReadonlyMap<string, Uint8Array>;

export const needsSecrets = ({ pod, tasks }: LaunchAction): boolean =>
  tasks.length > 0 &&
  ((pod.secrets ?? []).length > 0 || tasks.some(({ spec }) => (spec.transportEncryption ?? []).length > 0));

/** @throws Error that names the secret that is missing */
export async function readSecrets(pod: PodSpec, reader: SecretReader | undefined): Promise<SecretValues> {
  const paths = [...new Set(pod.secrets?.map(({ secret }) => secret))];
  return new Map(
    await Promise.all(
      paths.map(async (path) => {
        const value = await reader?.read(path);
        if (value === undefined) throw new Error(`the secret ${path} is missing: warder secret put ${path}`);
        return [path, value] as const;
      }),
    ),
  );
}

/** The kernel takes no longer variable (MAX_ARG_STRLEN). */
const ENV_BYTES_MAX = 128 * 1024;

/** With neither a variable nor a file named, it is a file at the secret's own path. */
export function engineSecret({ secret, envKey, file }: SecretSpec, values: SecretValues): EngineSecret {
  const value = values.get(secret) ?? new Uint8Array();
  if (envKey === undefined) return { file: file ?? secret, value };
  const why = value.includes(0)
    ? 'it holds a zero byte'
    : envKey.length + value.length + 2 > ENV_BYTES_MAX
      ? 'it is longer than 128 KiB'
      : undefined;
  if (why !== undefined) throw new Error(`the secret ${secret} cannot be the variable ${envKey}: ${why}; use a file`);
  return { envKey, ...(file === undefined ? {} : { file }), value };
}

/** Every task that asks for transport encryption gets its own. */
export async function withCertificates(
  launch: Launch,
  { pod, reservation }: LaunchAction,
  service: string,
  make: CertificateMaker | undefined,
): Promise<Launch> {
  const tasks = await Promise.all(
    launch.tasks.map(async (task): Promise<EngineTask> => {
      const spec = pod.tasks.find(({ name }) => `${reservation.instance}-${name}` === task.name);
      const artifacts = spec?.transportEncryption ?? [];
      if (artifacts.length === 0) return task;
      if (make === undefined) throw new Error(`nobody here makes the certificates of ${task.name}`);
      const names = [...(task.hostnames ?? []), ...task.vips.flatMap(({ hostname }) => hostname ?? [])];
      const wanted = { task: task.name, service, hostnames: names, address: reservation.address, artifacts };
      return { ...task, secrets: [...(task.secrets ?? []), ...(await make(wanted))] };
    }),
  );
  return { ...launch, tasks };
}
