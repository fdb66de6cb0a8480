/** @module A small client of the API: imports nothing but types, so that it loads at once. */
export { connect } from './connect.ts';
export type { Client, ConnectOptions, Query, RequestOptions } from './connect.ts';
export { ApiError } from './error.ts';
export type { ServerEvent } from './events.ts';
export type { ErrorBody } from '../failure.ts';
export type { AgentOrder, AgentView } from '@warder/engine';
export type { EndpointView } from '../view/endpoint.ts';
export type { EtaView } from '../view/eta.ts';
export type { HealthView } from '../view/health.ts';
export type { InstanceStatus, PodStatus } from '../view/pod.ts';
export type { ReservationView } from '../view/reservation.ts';
export type { PhaseView, RunSummary, RunView } from '../view/run.ts';
export type { ServiceAnswer } from '../view/service.ts';
export type { StepView } from '../view/step.ts';
export type { TaskView } from '../view/task.ts';
export type { Waiting } from '../view/why.ts';
