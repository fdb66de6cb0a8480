/**
 * @module The pure heart of a scheduler: what to do next, given what is known. No clock, no chance, no I/O.
 */
export type { Action, Answer, KnownTask, LaunchTask, Peer } from './action.ts';
export type { CallResult, Event, GateAnswer, Moment, ProbeAnswer, TaskStatus } from './event.ts';
export type { Disk, Offer, PortRange } from './offer/offer.ts';
export type { Evaluation, Outcome } from './offer/outcome.ts';
export type { ConfigRecord } from './record/config.ts';
export type { Backoff, InstanceRecord, Reservation, ReservedSet, ReservedVolume } from './record/instance.ts';
export type { Cause, FieldDiff, Pause, RunEnd, RunPhase, RunRecord } from './record/run.ts';
export type { ServiceRecord } from './record/service.ts';
export type { LaunchWork, StepRecord, StepStatus, Work } from './record/step.ts';
export type { Exit, FailedTask, TaskRecord, TaskState } from './record/task.ts';
export type { PlanPart, Request, Roll, StartRequest } from './request.ts';
export { featuresOf } from './spec/feature.ts';
export type { Feature, FeatureUse } from './spec/feature.ts';
export { hasInstance, instancesOf } from './spec/instance.ts';
export type {
  ConfigContents,
  PhaseSpec,
  PhaseStrategy,
  PlanSpec,
  PlanStrategy,
  StepSpec,
  StepSpecWork,
  Strategy,
  Where,
} from './spec/plan.ts';
export type {
  Artifact,
  ExternalVolume,
  HostVolume,
  NetworkSpec,
  PodGates,
  PodSpec,
  Rlimit,
  Seccomp,
  SecretSpec,
} from './spec/pod.ts';
export type { PortSpec, ResourceLimits, ResourceSet, Vip, VolumeSpec } from './spec/resource.ts';
export type { Rule } from './spec/rule.ts';
export { mayRead, secretPathFault, secretsOf } from './spec/secret.ts';
export type { ReplacementPolicy, ServiceSpec } from './spec/service.ts';
export type {
  ConfigFile,
  Discovery,
  Goal,
  HealthCheck,
  IpcMode,
  Live,
  ReadinessCheck,
  TaskSpec,
  TransportEncryption,
} from './spec/task.ts';
export { estimate, historyOf } from './plan/estimate.ts';
export type { Estimate, History, Timed, TimedPhase, TimedStep } from './plan/estimate.ts';
export { stagesOf } from './plan/stages.ts';
export type { Stage } from './plan/stages.ts';
export { phaseStatus, runStatus, statusOf } from './plan/status.ts';
export type { Status } from './plan/status.ts';
export { waitsForPerson } from './plan/strategy.ts';
export type { State } from './state.ts';
export { newestRun } from './request/start-plan.ts';
export { isUnwell } from './task/unwell.ts';
export { preview } from './request/preview.ts';
export type { No, Preview } from './request/preview.ts';
export { keptConfig } from './request/configure.ts';
export type { NewConfig } from './request/configure.ts';
export { diff } from './change/diff.ts';
export { refusals } from './change/validate.ts';
export { envCannotChange } from './change/validate/task-env.ts';
export { zoneCannotChange } from './change/validate/zone.ts';
export { fieldsOf } from './offer/reach.ts';
export { createService, decide } from './decide.ts';
export type { Decision } from './decide.ts';
export { portsOf } from './plan/peer.ts';
export { isDeployed } from './plan/recipe.ts';
export type { PhaseDraft, RunDraft, StepDraft } from './plan/run.ts';
export { restore } from './restore.ts';
export { isEnded } from './task/state.ts';
