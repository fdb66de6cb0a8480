/** The table of all routes. */
import type { Route } from './route.ts';
import { agentRoutes } from './route/agent.ts';
import { configRoutes } from './route/config.ts';
import { debugRoutes } from './route/debug.ts';
import { endpointRoutes } from './route/endpoint.ts';
import { fileRoutes } from './route/file.ts';
import { metricRoutes } from './route/metric.ts';
import { packageRoutes } from './route/package.ts';
import { planRoutes } from './route/plan.ts';
import { planVerbRoutes } from './route/plan-verb.ts';
import { podRoutes } from './route/pod.ts';
import { podVerbRoutes } from './route/pod-verb.ts';
import { secretRoutes } from './route/secret.ts';
import { serverRoutes } from './route/server.ts';
import { serviceRoutes } from './route/service.ts';
import { stateRoutes } from './route/state.ts';
import { taskRoutes } from './route/task.ts';

export const routes: readonly Route[] = [
  ...serverRoutes,
  ...agentRoutes,
  ...packageRoutes,
  ...secretRoutes,
  ...serviceRoutes,
  ...planRoutes,
  ...planVerbRoutes,
  ...podRoutes,
  ...podVerbRoutes,
  ...taskRoutes,
  ...endpointRoutes,
  ...configRoutes,
  ...stateRoutes,
  ...fileRoutes,
  ...debugRoutes,
  ...metricRoutes,
];
