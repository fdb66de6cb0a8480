/** Putting a call to the code. Here, or in the thread of the package: whatever goes wrong is thrown. */
import type { PhaseSpec } from '@warder/core';
import type { PackageCode } from '../package/code.ts';
import type { ProcedureContext } from '../package/step.ts';
import type { ServiceView } from '../package/view.ts';
import type { Call } from './call.ts';
import { routeName } from './call.ts';

/** Of a procedure: what it answered, and the phases that it adds to its run, after its own one and at the end. */
export type ProcedureAnswer = {
  readonly value: unknown;
  readonly phases: readonly PhaseSpec[];
  readonly last: readonly PhaseSpec[];
};

export async function answerCall(
  code: PackageCode,
  call: Call,
  service: ServiceView | undefined,
  signal: AbortSignal,
): Promise<unknown> {
  switch (call.part) {
    case 'spec':
      return need(code.spec, call.part)(call.input);
    case 'refusals':
      return need(
        code.refusals,
        call.part,
      )({
        from: call.from,
        to: call.to,
        service: known(service),
        signal,
      });
    case 'review':
    case 'cost': {
      const { part, ...asked } = call;
      return need(code[part], part)({ ...asked, service: known(service), signal });
    }
    case 'batches':
      return need(
        code.batches,
        call.part,
      )({
        service: known(service),
        restarts: call.restarts,
        max: call.max,
        signal,
      });
    case 'metrics':
      return need(code.metrics, call.part)({ service: known(service), signal });
    case 'gate': {
      const { name, moment, pending, together, stepId } = call;
      const { instance, ...context } = at(known(service), call.instance);
      if (instance === undefined) throw new Error(`${call.instance} is not known yet`);
      return own(code.gates, call.part, name)({ ...context, instance, moment, pending, together, stepId, signal });
    }
    case 'probe':
    case 'procedure': {
      const { name, args, runId, stepId } = call;
      const context = { ...at(known(service), call.instance), args, runId, stepId, signal };
      if (call.part === 'probe') return own(code.probes, call.part, name)(context);
      const [phases, last]: [PhaseSpec[], PhaseSpec[]] = [[], []];
      const addPhases: ProcedureContext['addPhases'] = (more, where = {}) =>
        void (where.last === true ? last : phases).push(...more);
      const value = await own(code.procedures, call.part, name)({ ...context, addPhases });
      return { value, phases, last } satisfies ProcedureAnswer;
    }
    case 'plan':
    case 'plan-review':
    case 'plan-report': {
      const plan = own(code.plans, call.part, call.name);
      const context = { service: known(service), params: call.params, signal };
      if (call.part === 'plan') return plan.make(context);
      return call.part === 'plan-review' ? (plan.review?.(context) ?? []) : (plan.report?.(context) ?? '');
    }
    case 'reaction':
    case 'detector': {
      const { name, nowMs, part } = call;
      const watch = part === 'reaction' ? own(code.reactions, part, name) : own(code.detectors, part, name);
      return watch.look({ service: known(service), nowMs, signal });
    }
    case 'endpoint':
      return own(code.endpoints, call.part, call.name)(known(service), signal);
    case 'route': {
      const route = code.routes?.find((each) => routeName(each) === call.name);
      const { params, query, body } = call;
      return need(route, call.name).handle({ service: known(service), params, query, body, signal });
    }
    default:
      return call satisfies never;
  }
}

function own<T>(parts: Readonly<Record<string, T>> | undefined, part: string, name: string): T {
  const found = parts !== undefined && Object.hasOwn(parts, name) ? parts[name] : undefined;
  return need(found, `${part} ${name}`);
}

function need<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`the package has no ${what}`);
  return value;
}

function known(service: ServiceView | undefined): ServiceView {
  if (service === undefined) throw new Error('the service has no configuration yet');
  return service;
}

function at(service: ServiceView, name: string | undefined) {
  const instance = service.instances.find((other) => other.name === name);
  return { service, ...(instance === undefined ? {} : { instance }) };
}
