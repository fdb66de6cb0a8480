/** What the API needs of the process that it speaks for. The services themselves it reaches through their schedulers. */
import type { AgentOrder, AgentView, Capabilities } from '@warder/engine';
import type { DryRun, Log, RollWish, Scheduler } from '@warder/scheduler';
import type { ChangeLog } from './event/change-log.ts';

export type Host = {
  readonly log: Log;
  readonly changes: ChangeLog;
  info(): HostInfo;
  /** End in order, soon: the answer to the request still goes out. Tasks go on. */
  stop(): void;
  packages(): Promise<readonly PackageInfo[]>;
  package(name: string): Promise<PackageDetail | undefined>;
  agents(): readonly AgentView[];
  /** One of the engine's `agentOrders`. Rejects as `Engine.setAgent` does. */
  setAgent(agentId: string, order: AgentOrder): Promise<void>;
  /** In the order of their names. */
  services(): readonly HostedService[];
  /** @throws ApiFailure `service-exists`, `package-unknown`, `options-invalid` and what loading a package may throw */
  install(by: string, wanted: InstallRequest): Promise<Installed>;
  update(by: string, name: string, wanted: UpdateRequest): Promise<Installed>;
  uninstall(by: string, name: string, wanted: UninstallRequest): Promise<Installed>;
  readonly files: Files;
  readonly secrets: SecretHost;
  /** The certificate (PEM) that vouches for those of tasks; made on first use. */
  authority(): Promise<string>;
};

/** Small files that are kept with a service, durably, until its end. */
export type Files = {
  list(service: string): Promise<readonly string[]>;
  read(service: string, file: string): Promise<Uint8Array | undefined>;
  write(service: string, file: string, content: Uint8Array): Promise<void>;
};

/** The secrets of the server. Values go in and never come out here. */
export type SecretHost = {
  /** In the order of their paths. */
  list(): readonly SecretInfo[];
  /** @throws ApiFailure `secret-path-invalid`, `secret-too-large` */
  put(by: string, path: string, value: Uint8Array): Promise<SecretInfo>;
  /** @throws ApiFailure `secret-unknown` */
  delete(by: string, path: string): Promise<void>;
};

export type SecretInfo = {
  readonly path: string;
  /** 1, and one more each time that a value is put. */
  readonly version: number;
  readonly sizeBytes: number;
  readonly createdMs: number;
  readonly updatedMs: number;
};

export type HostInfo = {
  readonly version: string;
  readonly pid: number;
  readonly startedMs: number;
  readonly home: string;
  readonly url: string;
  readonly engine: { readonly kind: string; readonly capabilities: Capabilities };
};

export type PackageInfo = {
  readonly name: string;
  readonly version: string;
  /** Of the application; the first is the default. */
  readonly versions: readonly string[];
  readonly description: string;
};

export type PackageDetail = PackageInfo & { readonly options: unknown; readonly readme?: string };

export type HostedService = {
  readonly name: string;
  /** Absent when the service could not be opened: then `error` says why. */
  readonly scheduler?: Scheduler;
  readonly error?: { readonly code: string; readonly message: string; readonly next: string };
};

export type InstallRequest = {
  /** Of the catalog; else `from` is. */
  readonly package?: string | undefined;
  /** The folder of a package on the machine of the server. */
  readonly from?: string | undefined;
  readonly name?: string | undefined;
  readonly version?: string | undefined;
  readonly options?: Readonly<Record<string, unknown>> | undefined;
  readonly dryRun?: boolean | undefined;
};

export type UpdateRequest = {
  /** The folder of a newer package, for a service that was installed from one. */
  readonly from?: string | undefined;
  /** Merged into the options that were given before; with `replaceOptions`, in place of them. */
  readonly options?: Readonly<Record<string, unknown>> | undefined;
  readonly replaceOptions?: boolean | undefined;
  readonly version?: string | undefined;
  /** How the instances that restart are gone through, if not as the plan says. */
  readonly roll?: RollWish | undefined;
  readonly dryRun?: boolean | undefined;
  /** Of a dry run: run exactly that, or nothing. */
  readonly hash?: string | undefined;
};

export type UninstallRequest = { readonly dryRun?: boolean | undefined; readonly hash?: string | undefined };

export type Started = { readonly message: string; readonly runId?: string | undefined };

export type Installed = { readonly name: string } & (
  | ({ readonly kind: 'started'; readonly notices?: readonly string[] } & Started)
  | { readonly kind: 'dry-run'; readonly dryRun: DryRun }
);
