/** @module What the author of a package imports. */
export { PackageError } from '@warder/scheduler/error';
export { approve, call, changePlan, configure, launch, phase, plan, release, stop, wait, withPlan } from './plan.ts';
export type { CallOptions, PhaseOptions, StepOptions, WaitOptions } from './plan.ts';
export { failedTasks } from './failed-tasks.ts';
export type { FailedOf } from './failed-tasks.ts';
export type {
  AskingCommand,
  Batches,
  BatchesContext,
  CommandInput,
  ConfigChange,
  ConfigDifference,
  ConfigureStep,
  ConfigView,
  Cost,
  Deed,
  Detection,
  Detector,
  DetectorDeed,
  Gate,
  GateContext,
  InstanceView,
  LookContext,
  MadePhase,
  MadePlan,
  MadePlanContext,
  MadeRecipe,
  MadeStep,
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
  StartingCommand,
  TaskView,
} from '@warder/scheduler';
export { hasInstance, instancesOf } from '@warder/core';
export type * from '@warder/core';
