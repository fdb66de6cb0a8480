/** Every command by its words, with its one line of help. The file of a command is loaded only when it is run. */
import type { Command, Context, ServiceContext } from './command.ts';

export type Leaf<C extends Context = Context> = {
  readonly summary: string;
  readonly load: () => Promise<Command<C>>;
};

export type Group<C extends Context = Context> = {
  readonly summary: string;
  readonly verbs: Readonly<Record<string, Leaf<C>>>;
};

export type Entry<C extends Context = Context> = Leaf<C> | Group<C>;

export type Table<C extends Context = Context> = Readonly<Record<string, Entry<C>>>;

export function isGroup<C extends Context>(entry: Entry<C>): entry is Group<C> {
  return 'verbs' in entry;
}

export const commands: Table = {
  server: {
    summary: 'the process that runs the services of this home',
    verbs: {
      start: { summary: 'start it in the background', load: async () => (await import('./server/start.ts')).start },
      stop: { summary: 'stop it; tasks go on', load: async () => (await import('./server/stop.ts')).stop },
      status: { summary: 'whether it runs, and where', load: async () => (await import('./server/status.ts')).status },
      logs: { summary: 'what it wrote', load: async () => (await import('./server/logs.ts')).logs },
    },
  },
  package: {
    summary: 'what can be installed',
    verbs: {
      list: { summary: 'the packages of the catalog', load: async () => (await import('./package/list.ts')).list },
      describe: {
        summary: 'a package and its options',
        load: async () => (await import('./package/describe.ts')).describe,
      },
      install: {
        summary: 'install a package as a service',
        load: async () => (await import('./package/install.ts')).install,
      },
      update: {
        summary: 'change the options or the version of a service',
        load: async () => (await import('./package/update.ts')).update,
      },
      uninstall: {
        summary: 'remove a service and its data',
        load: async () => (await import('./package/uninstall.ts')).uninstall,
      },
      check: {
        summary: 'every problem of a package or a spec, with its place',
        load: async () => (await import('./package/check.ts')).check,
      },
    },
  },
  agent: {
    summary: 'the machines',
    verbs: {
      list: { summary: 'what is free on them', load: async () => (await import('./agent/list.ts')).list },
      cordon: { summary: 'place nothing new there', load: async () => (await import('./agent/cordon.ts')).cordon },
      drain: {
        summary: 'stop what runs there, when it is safe',
        load: async () => (await import('./agent/drain.ts')).drain,
      },
      uncordon: {
        summary: 'the end of cordon and drain',
        load: async () => (await import('./agent/uncordon.ts')).uncordon,
      },
      gone: { summary: 'it never comes back', load: async () => (await import('./agent/gone.ts')).gone },
      down: { summary: 'practise its loss', load: async () => (await import('./agent/down.ts')).down },
      up: { summary: 'the end of down', load: async () => (await import('./agent/up.ts')).up },
    },
  },
  service: {
    summary: 'what is installed',
    verbs: {
      list: { summary: 'the installed services', load: async () => (await import('./service/list.ts')).list },
    },
  },
  secret: {
    summary: 'values that tasks are given and nobody sees',
    verbs: {
      put: {
        summary: 'set a value, from a file or standard input',
        load: async () => (await import('./secret/put.ts')).put,
      },
      list: { summary: 'their paths, without their values', load: async () => (await import('./secret/list.ts')).list },
      delete: { summary: 'forget one', load: async () => (await import('./secret/delete.ts')).remove },
    },
  },
  tls: {
    summary: 'certificates of tasks',
    verbs: {
      ca: {
        summary: 'print the certificate that clients are to trust',
        load: async () => (await import('./tls/ca.ts')).ca,
      },
    },
  },
  doctor: {
    summary: 'what this machine has and lacks, with the command that mends it',
    load: async () => (await import('./doctor.ts')).doctor,
  },
  complete: {
    summary: 'shell completion: source <(warder complete bash)',
    load: async () => (await import('./complete.ts')).complete,
  },
  version: { summary: 'the version', load: async () => (await import('./version.ts')).version },
};

/** `warder <service> <words>`. */
export const serviceCommands: Table<ServiceContext> = {
  plan: {
    summary: 'deploy, update, recovery and every other plan',
    verbs: {
      list: { summary: 'the plans and how they stand', load: async () => (await import('./plan/list.ts')).list },
      show: {
        summary: 'a plan or a run as a tree, with what each step waits for',
        load: async () => (await import('./plan/show.ts')).show,
      },
      start: { summary: 'start a plan', load: async () => (await import('./plan/start.ts')).start },
      approve: {
        summary: 'let steps that wait for a person pass',
        load: async () => (await import('./plan/approve.ts')).approve,
      },
      pause: { summary: 'begin no new step', load: async () => (await import('./plan/pause.ts')).pause },
      resume: { summary: 'go on after a pause', load: async () => (await import('./plan/resume.ts')).resume },
      restart: {
        summary: 'do a plan, a phase or a step again',
        load: async () => (await import('./plan/restart.ts')).restart,
      },
      'force-complete': {
        summary: 'take a step as done, whatever it did',
        load: async () => (await import('./plan/force-complete.ts')).forceComplete,
      },
      cancel: {
        summary: 'end a plan; what it began stays as it is',
        load: async () => (await import('./plan/cancel.ts')).cancel,
      },
      rollback: {
        summary: 'bring back what was before a deploy or an update',
        load: async () => (await import('./plan/rollback.ts')).rollback,
      },
    },
  },
  pod: {
    summary: 'tasks that live and move together',
    verbs: {
      list: { summary: 'the pod instances', load: async () => (await import('./pod/list.ts')).list },
      status: { summary: 'pods, instances and tasks', load: async () => (await import('./pod/status.ts')).status },
      info: { summary: 'all that is recorded of an instance', load: async () => (await import('./pod/info.ts')).info },
      restart: { summary: 'restart in place, data kept', load: async () => (await import('./pod/restart.ts')).restart },
      replace: {
        summary: 'start again with empty volumes, perhaps elsewhere',
        load: async () => (await import('./pod/replace.ts')).replace,
      },
      pause: {
        summary: 'stop it and keep it stopped; place and volumes stay',
        load: async () => (await import('./pod/pause.ts')).pause,
      },
      resume: { summary: 'start what was paused', load: async () => (await import('./pod/resume.ts')).resume },
    },
  },
  task: {
    summary: 'single processes: logs, files, commands inside',
    verbs: {
      list: { summary: 'the tasks', load: async () => (await import('./task/list.ts')).list },
      logs: { summary: 'what a task wrote', load: async () => (await import('./task/logs.ts')).logs },
      exec: {
        summary: 'run a command inside the jail of a task',
        load: async () => (await import('./task/exec.ts')).exec,
      },
      ls: {
        summary: 'the files in the working directory of a task',
        load: async () => (await import('./task/ls.ts')).ls,
      },
      cat: { summary: 'print a file of a task', load: async () => (await import('./task/cat.ts')).cat },
    },
  },
  endpoints: {
    summary: 'where to connect',
    load: async () => (await import('./endpoints.ts')).endpoints,
  },
  describe: {
    summary: 'its options',
    load: async () => (await import('./describe.ts')).describe,
  },
  metrics: {
    summary: 'numbers of its scheduler and of the application',
    load: async () => (await import('./metrics.ts')).metrics,
  },
  debug: {
    summary: 'why something waits',
    verbs: {
      why: { summary: 'everything that waits, and for what', load: async () => (await import('./debug/why.ts')).why },
      offers: {
        summary: 'the last offers looked at, and why they did not fit',
        load: async () => (await import('./debug/offers.ts')).offers,
      },
      detectors: {
        summary: 'what the package watches for by itself',
        load: async () => (await import('./debug/detectors.ts')).detectors,
      },
      plans: { summary: 'how far each run is', load: async () => (await import('./debug/plans.ts')).plans },
      reservations: {
        summary: 'what is held on which agent',
        load: async () => (await import('./debug/reservations.ts')).reservations,
      },
      state: {
        summary: 'what is recorded of the service as a whole',
        load: async () => (await import('./debug/state.ts')).state,
      },
    },
  },
  update: {
    summary: 'as in the DC/OS CLI: package update is the same',
    verbs: {
      start: { summary: 'change options or version', load: async () => (await import('./update/start.ts')).start },
      'package-versions': {
        summary: 'the versions that it can be changed to',
        load: async () => (await import('./update/package-versions.ts')).packageVersions,
      },
    },
  },
  config: {
    summary: 'configurations of the service',
    verbs: {
      list: { summary: 'their ids', load: async () => (await import('./config/list.ts')).list },
      show: { summary: 'one of them', load: async () => (await import('./config/show.ts')).show },
      target: { summary: 'the wanted one', load: async () => (await import('./config/target.ts')).target },
      'target-id': { summary: 'its id', load: async () => (await import('./config/target-id.ts')).targetId },
      diff: { summary: 'what differs between two', load: async () => (await import('./config/diff.ts')).diff },
      rollback: {
        summary: 'make an older one the target again',
        load: async () => (await import('./config/rollback.ts')).rollback,
      },
    },
  },
};
