/** Install, update and uninstall: from a package and options to a request to a scheduler. */
import { randomBytes } from 'node:crypto';
import {
  ApiFailure,
  ask,
  demandDryRun,
  serviceOf,
  type Host,
  type Installed,
  type InstallRequest,
  type UninstallRequest,
  type UpdateRequest,
} from '@warder/api';
import { createService, mayRead, preview, restore, type NewConfig } from '@warder/core';
import type { DryRun, Log } from '@warder/scheduler';
import { mergeOptions } from '@warder/spec';
import type { Catalog } from './catalog.ts';
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
      const name = wanted.name ?? wanted.package;
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
  const { catalog, services, log } = tools;
  const pkg = catalog.find(wanted.package);
  const host = await catalog.load(pkg);
  const uid = randomBytes(16).toString('hex');
  const config = await newConfig(pkg, host, { name, uid, given: wanted.options ?? {}, version: wanted.version });
  if (wanted.dryRun === true) return { name, kind: 'dry-run', dryRun: firstDryRun(tools, name, pkg.name, config) };
  const scheduler = await services.create(name, host, { packageName: pkg.name, uid });
  try {
    const { body } = await ask(scheduler, by, { type: 'configure', config });
    services.keep(scheduler);
    log.info({ service: name, package: pkg.name, version: config.version }, 'service installed');
    return { name, kind: 'started', message: body.message, runId: body.runId };
  } catch (error) {
    await services.discard(scheduler);
    throw error;
  }
}

async function update(tools: Tools, by: string, name: string, wanted: UpdateRequest): Promise<Installed> {
  const scheduler = serviceOf(tools.host(), name);
  const { service, configs } = scheduler.state;
  const current = configs.get(service?.targetConfigId ?? '');
  if (service === undefined || current === undefined) throw new Error(`${name} has no configuration`);
  const options = wanted.options ?? {};
  const config = await newConfig(tools.catalog.find(service.packageName), scheduler.host, {
    name,
    uid: service.uid,
    given: wanted.replaceOptions === true ? options : mergeOptions(current.given, options),
    version: wanted.version ?? current.version,
  });
  if (wanted.dryRun === true)
    return { name, kind: 'dry-run', dryRun: await demandDryRun(scheduler, by, { type: 'configure', config }) };
  const hash = wanted.hash === undefined ? {} : { hash: wanted.hash };
  const { body } = await ask(scheduler, by, { type: 'configure', config, ...hash });
  return { name, kind: 'started', message: body.message, runId: body.runId };
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
