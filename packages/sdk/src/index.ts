/** @module What the author of a package imports. */
export { PackageError } from '@warder/scheduler';
export type {
  CommandInput,
  ConfigView,
  Gate,
  GateContext,
  InstanceView,
  PackageCode,
  PackageCommand,
  PackageOption,
  PackageRequest,
  PackageRoute,
  Procedure,
  ProcedureContext,
  ReviewContext,
  ServiceView,
  SpecInput,
} from '@warder/scheduler';
export type * from '@warder/core';
