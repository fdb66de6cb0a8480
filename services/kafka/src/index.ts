/** @module What the Kafka package gives to the scheduler. */
import type { PackageCode } from '@warder/sdk';
import { failedDisk } from './disk/failed.ts';
import { decommissionPlan } from './decommission/plan.ts';
import { scalePlan, scaleProbes, scaleProcedures } from './decommission/scale.ts';
import { forgetProcedures } from './decommission/forget.ts';
import { decommissionProcedures } from './decommission/steps.ts';
import { diskPlan } from './disk/plan.ts';
import { diskRoutes } from './disk/route.ts';
import { diskProbes, diskProcedures } from './disk/steps.ts';
import { bootstrap, clientSettings } from './endpoint.ts';
import { inSync } from './gate/in-sync.ts';
import { replaceSafe } from './gate/replace-safe.ts';
import { stopSafe } from './gate/stop-safe.ts';
import { groupRoutes } from './group/route.ts';
import { leaderRoutes } from './leader/route.ts';
import { applyLiveProcedure } from './procedure/apply-live.ts';
import { checkChrootProcedure, claimChrootProcedure, removeChrootProcedure } from './procedure/chroot.ts';
import { migrateBackPlan } from './migrate/back.ts';
import { migrateProbes } from './migrate/checks.ts';
import { migratePlan } from './migrate/plan.ts';
import { migrateProcedures } from './migrate/steps.ts';
import { moveProbes, moveProcedures } from './move/steps.ts';
import { quotaRoutes } from './quota/route.ts';
import { rebalancePlan, rebalanceProcedures } from './rebalance/plan.ts';
import { rebalanceRoutes } from './rebalance/route.ts';
import { batches } from './roll/batches.ts';
import { canary } from './roll/canary.ts';
import { cost } from './roll/cost.ts';
import { refusals } from './refusals.ts';
import { movePlan, replacePlan } from './replace/plan.ts';
import { replaceProbes, replaceProcedures } from './replace/steps.ts';
import { review } from './review.ts';
import { brokerRoutes } from './route/broker.ts';
import { producerTestRoutes } from './route/producer-test.ts';
import { topicConfigRoutes } from './route/topic-config.ts';
import { topicHealthRoutes } from './route/topic-health.ts';
import { topicOffsetRoutes } from './route/topic-offsets.ts';
import { topicRoutes } from './route/topic.ts';
import { settingRoutes } from './setting/route.ts';
import { kafkaSpec } from './spec.ts';
import { topicsPlan } from './topics-file/plan.ts';
import { topicsProcedures } from './topics-file/steps.ts';
import { upgradePlan } from './upgrade/plan.ts';
import { upgradeProbes, upgradeProcedures } from './upgrade/steps.ts';

const code: PackageCode = {
  spec: kafkaSpec,
  refusals,
  gates: { 'stop-safe': stopSafe, 'replace-safe': replaceSafe, 'in-sync': inSync },
  procedures: {
    'apply-live': applyLiveProcedure,
    'claim-chroot': claimChrootProcedure,
    'check-chroot': checkChrootProcedure,
    'remove-chroot': removeChrootProcedure,
    ...migrateProcedures,
    ...moveProcedures,
    ...rebalanceProcedures,
    ...decommissionProcedures,
    ...forgetProcedures,
    ...scaleProcedures,
    ...topicsProcedures,
    ...upgradeProcedures,
    ...diskProcedures,
    ...replaceProcedures,
  },
  probes: {
    canary,
    ...migrateProbes,
    ...moveProbes,
    ...scaleProbes,
    ...upgradeProbes,
    ...diskProbes,
    ...replaceProbes,
  },
  plans: {
    disks: diskPlan,
    upgrade: upgradePlan,
    migrate: migratePlan,
    'migrate-back': migrateBackPlan,
    rebalance: rebalancePlan,
    'decommission-broker': decommissionPlan,
    'replace-broker': replacePlan,
    'move-broker': movePlan,
    scale: scalePlan,
    topics: topicsPlan,
  },
  detectors: { 'failed-disk': failedDisk },
  review,
  cost,
  batches,
  canary: 'canary',
  endpoints: { bootstrap, kafka: clientSettings },
  routes: [
    ...brokerRoutes,
    ...diskRoutes,
    ...topicRoutes,
    ...topicConfigRoutes,
    ...topicOffsetRoutes,
    ...topicHealthRoutes,
    ...producerTestRoutes,
    ...rebalanceRoutes,
    ...groupRoutes,
    ...leaderRoutes,
    ...settingRoutes,
    ...quotaRoutes,
  ],
};

export default code;
