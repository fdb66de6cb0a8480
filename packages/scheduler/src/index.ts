/** @module The loop of one service: core + store + engine + the package's code. */
export type * from './package.ts';
export { isPackageError, PackageError } from './package.ts';
export type { Clock } from './clock.ts';
export { systemClock } from './clock.ts';
export { openScheduler } from './scheduler.ts';
export type { CertificateMaker, CertificateRequest, SecretReader } from './secret.ts';
export type { DryRun } from './dry-run.ts';
export type { Log, Scheduler, SchedulerOptions } from './scheduler.ts';
