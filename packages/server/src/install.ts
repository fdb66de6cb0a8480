/** Install, update and uninstall: from a package and options to a request to a scheduler. */
import { randomBytes } from 'node:crypto';
import {
  ApiFailure,
  ask,
  demandDryRun,
  demandRoll,
  serviceOf,
  type Host,
  type Installed,
  type InstallRequest,
  type UninstallRequest,
  type UpdateRequest,
} from '@warder/api';
import { createService, mayRead, preview, restore, type NewConfig, type Roll } from '@warder/core';
import type { DryRun, Log, Scheduler } from '@warder/scheduler';
import { mergeOptions } from '@warder/spec';
import type { Catalog } from './catalog.ts';
import type { StagedPackage } from './kept-package.ts';
import { demandEdge } from './edge.ts';
import { newConfig } from './new-config.ts';
import type { Services } from './services.ts';

export type Installer = Pick<Host, 'install' | 'update' | 'uninstall'>;

type Tools = {
  readonly catalog: Catalog;
  readonly services: Services;
  readonly log: Log;
  /** The host itself, to find services as the API does. */
  readonly host: () => Host;
};

export function createInstaller(tools: Tools): Installer {
  /** Names that are being installed: they are taken, but not listed yet. */
  const installing = new Set<string>();
  return {
    install: async (by, wanted) => {
      const name = wanted.name ?? wanted.package ?? '';
      if (tools.services.has(name) || installing.has(name)) throw serviceExists(name);
      installing.add(name);
      try {
        return await install(tools, by, name, wanted);
      } finally {
        installing.delete(name);
      }
    },
    update: (by, name, wanted) => update(tools, by, name, wanted),
    uninstall: (by, name, wanted) => uninstall(tools, by, name, wanted),
  };
}

async function install(tools: Tools, by: string, name: string, wanted: InstallRequest): Promise<Installed> {
  const source = sourceOf(tools.catalog, name, wanted);
  try {
    const host = await tools.catalog.load(source.pkg);
    const uid = randomBytes(16).toString('hex');
    const { version } = wanted;
    const { config, notices } = await newConfig(source.pkg, host, { name, uid, given: wanted.options ?? {}, version });
    if (wanted.dryRun === true) {
      const dryRun = firstDryRun(tools, name, source.pkg.name, config);
      return { name, kind: 'dry-run', dryRun: withNotices(dryRun, notices) };
    }
    return { ...(await begin(tools, by, name, source, { config, uid })), notices };
  } finally {
    source.discard();
  }
}

const nothing = (): void => undefined;

/** A package of the catalog, or one from elsewhere whose copy is kept once the service is there. */
function sourceOf(catalog: Catalog, name: string, { package: packageName, from }: InstallRequest): StagedPackage {
  if (from !== undefined && packageName === undefined && name !== '') return catalog.stage(from, name);
  if (packageName === undefined || from !== undefined) {
    const next = 'name a package of the catalog, or a folder (`from`) and the name of the service';
    throw new ApiFailure(400, 'input-invalid', 'it must be said what to install, and in one way', next);
  }
  const pkg = catalog.find(packageName);
  return { pkg, keep: () => pkg, discard: nothing, forget: nothing };
}

type First = { readonly config: NewConfig; readonly uid: string };

async function begin(tools: Tools, by: string, name: string, source: StagedPackage, { config, uid }: First) {
  const { services, log } = tools;
  const pkg = source.keep();
  // From here on its code is that of the copy.
  const scheduler = await services.create(name, await tools.catalog.load(pkg), { packageName: pkg.name, uid });
  try {
    const { body } = await ask(scheduler, by, { type: 'configure', config });
    services.keep(scheduler);
    // The code was looked at in the copy that was staged, too.
    await tools.catalog.dropAll(() => true);
    log.info({ service: name, package: pkg.name, version: config.version }, 'service installed');
    return { name, kind: 'started' as const, message: body.message, runId: body.runId };
  } catch (error) {
    await services.discard(scheduler);
    source.forget();
    throw error;
  }
}

const withNotices = (dryRun: DryRun, notices: readonly string[]): DryRun => ({
  ...dryRun,
  warnings: [...dryRun.warnings, ...notices],
});

async function update(tools: Tools, by: string, name: string, wanted: UpdateRequest): Promise<Installed> {
  const scheduler = serviceOf(tools.host(), name);
  const { service, configs } = scheduler.state;
  const current = configs.get(service?.targetConfigId ?? '');
  if (service === undefined || current === undefined) throw new Error(`${name} has no configuration`);
  const source = newerOf(tools.catalog, name, service.packageName, wanted);
  try {
    demandEdge(name, current, source.pkg);
    const options = wanted.options ?? {};
    const { config, notices } = await newConfig(source.pkg, scheduler.host, {
      name,
      uid: service.uid,
      given: wanted.replaceOptions === true ? options : mergeOptions(current.given, options),
      version: wanted.version ?? (wanted.from === undefined ? current.version : undefined),
    });
    const request = { type: 'configure' as const, config, ...(await rollOf(scheduler, config, wanted)) };
    if (wanted.dryRun === true) {
      const dryRun = await demandDryRun(scheduler, by, request);
      return { name, kind: 'dry-run', dryRun: withNotices(dryRun, notices) };
    }
    const hash = wanted.hash === undefined ? {} : { hash: wanted.hash };
    const { body } = await ask(scheduler, by, { ...request, ...hash });
    if (wanted.from !== undefined) source.keep();
    return { name, kind: 'started', message: body.message, runId: body.runId, notices };
  } finally {
    source.discard();
  }
}

/** How the user wants it rolled, if not as the plan says. */
async function rollOf(
  scheduler: Scheduler,
  config: NewConfig,
  { roll: wish }: UpdateRequest,
): Promise<{ readonly roll?: Roll }> {
  if (wish === undefined || (wish.parallel === undefined && wish.canary === undefined)) return {};
  const roll = await demandRoll(scheduler, config, wish);
  return { roll };
}

/** The package as it is, or the next one of a service that was installed from a folder. */
function newerOf(catalog: Catalog, name: string, packageName: string, { from }: UpdateRequest): StagedPackage {
  const pkg = catalog.find(packageName);
  if (from === undefined) return { pkg, keep: () => pkg, discard: nothing, forget: nothing };
  const staged = catalog.stage(from, name);
  const why =
    staged.pkg.name !== packageName
      ? `${name} is made of ${packageName}, and this is ${staged.pkg.name}`
      : pkg.code !== undefined || staged.pkg.code !== undefined
        ? `the code of ${packageName} runs already`
        : undefined;
  if (why === undefined) return staged;
  staged.discard();
  const next = 'a package with code is updated in the catalog: then restart the server';
  throw new ApiFailure(409, 'package-unusable', `${from} cannot be the next package of ${name}: ${why}`, next);
}

async function uninstall(tools: Tools, by: string, name: string, wanted: UninstallRequest): Promise<Installed> {
  const { services, log } = tools;
  const isBroken = services.list().some((service) => service.name === name && service.scheduler === undefined);
  if (isBroken && wanted.dryRun !== true) {
    log.warn({ service: name }, 'service opened without the code of its package, to be uninstalled');
    await services.openBare(name);
  }
  const scheduler = serviceOf(tools.host(), name);
  if (wanted.dryRun === true) {
    return { name, kind: 'dry-run', dryRun: await demandDryRun(scheduler, by, { type: 'uninstall' }) };
  }
  const hash = wanted.hash === undefined ? {} : { hash: wanted.hash };
  const { body } = await ask(scheduler, by, { type: 'uninstall', ...hash });
  return { name, kind: 'started', message: body.message, runId: body.runId };
}

/** Of a service that is not there yet: there is no scheduler to ask, and nothing that would be restarted. */
function firstDryRun(tools: Tools, name: string, packageName: string, config: NewConfig): DryRun {
  const state = restore([]);
  state.features = new Set(tools.host().info().engine.capabilities.features);
  const secrets = tools.host().secrets.list();
  state.secrets = new Set(secrets.flatMap(({ path }) => (mayRead(name, path) ? [path] : [])));
  createService(state, { name, packageName, uid: '' }, Date.now());
  const seen = preview(state, 'dry run', { type: 'configure', config }, Date.now());
  if ('ok' in seen) throw new Error(`a first configuration cannot be previewed: ${seen.message}`);
  const { hash, diff, refusals, warnings, draft } = seen;
  const { plan, strategy, phases } = draft;
  return { plan, hash, diff, strategy, phases, refusals, warnings };
}

function serviceExists(name: string): ApiFailure {
  const next = `change it: warder package update ${name}; or install another one: --name <other name>`;
  return new ApiFailure(409, 'service-exists', `${name} is installed already`, next);
}
