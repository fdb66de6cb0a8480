/** @module The engine of one machine: tasks in real jails, or as plain processes where there can be none. */
export { fetchArtifact } from './artifact/cache.ts';
export type { CachedArtifact, Fetched } from './artifact/cache.ts';
export { digestOf } from './artifact/digest.ts';
export type { AgentOptions, AgentState } from './agent/agents.ts';
export { EngineError } from './error.ts';
export { probeHost } from './host/probe.ts';
export type { Host, JailHost, Problem, Runtime } from './host/probe.ts';
export { openLocalEngine } from './local-engine.ts';
export type { LocalEngine, LocalEngineOptions } from './local-engine.ts';
export type { Log } from './log.ts';
