/** @module The REST API: one table of routes that is served, documented and tested. */
export { ask, demandDryRun, demandRoll } from './answer.ts';
export { createApi } from './api.ts';
export type { Api } from './api.ts';
export { createChangeLog } from './event/change-log.ts';
export type { ChangeEvent, ChangeLog } from './event/change-log.ts';
export { ApiFailure } from './failure.ts';
export type {
  Files,
  Host,
  HostedService,
  HostInfo,
  Installed,
  InstallRequest,
  PackageDetail,
  PackageInfo,
  SecretInfo,
  Started,
  UninstallRequest,
  UpdateRequest,
} from './host.ts';
export { serveApi } from './http/serve.ts';
export type { ApiServer } from './http/serve.ts';
export { nextAfterUnknown } from './nearest.ts';
export { serviceOf } from './service-of.ts';
