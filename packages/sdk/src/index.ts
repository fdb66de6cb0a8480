/** @module What the author of a package imports. */
export { PackageError } from '@warder/scheduler/error';
export { approve, call, changePlan, launch, phase, plan, release, stop, wait, withPlan } from './plan.ts';
export type { PhaseOptions, StepOptions, WaitOptions } from './plan.ts';
export { failedTasks } from './failed-tasks.ts';
export type { FailedOf } from './failed-tasks.ts';
export type {
  CommandInput,
  ConfigView,
  Deed,
  Detection,
  Detector,
  DetectorDeed,
  Gate,
  GateContext,
  InstanceView,
  LookContext,
  MadePlan,
  MadePlanContext,
  Metric,
  MetricsContext,
  PackageCode,
  PackageCommand,
  PackageOption,
  PackageRequest,
  PackageRoute,
  Probe,
  ProbeContext,
  Procedure,
  ProcedureContext,
  Reaction,
  Recipe,
  ReviewContext,
  ServiceView,
  SpecInput,
  TaskView,
} from '@warder/scheduler';
export type * from '@warder/core';
