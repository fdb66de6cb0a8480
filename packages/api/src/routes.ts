/** The table of all routes. */
import type { Route } from './route.ts';
import { configRoutes } from './route/config.ts';
import { debugRoutes } from './route/debug.ts';
import { endpointRoutes } from './route/endpoint.ts';
import { packageRoutes } from './route/package.ts';
import { planRoutes } from './route/plan.ts';
import { podRoutes } from './route/pod.ts';
import { serverRoutes } from './route/server.ts';
import { serviceRoutes } from './route/service.ts';
import { taskRoutes } from './route/task.ts';

export const routes: readonly Route[] = [
  ...serverRoutes,
  ...packageRoutes,
  ...serviceRoutes,
  ...planRoutes,
  ...podRoutes,
  ...taskRoutes,
  ...endpointRoutes,
  ...configRoutes,
  ...debugRoutes,
];
