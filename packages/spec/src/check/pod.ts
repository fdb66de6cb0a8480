import { instancesOf } from '@warder/core';
import type { Rule } from '@warder/core';
import { artifactOf } from '../language/artifact.ts';
import { insideOf } from '../language/file-path.ts';
import { rlimitNames } from '../language/pod.ts';
import type { LoosePod, LooseService } from '../language/service.ts';
import { suggest } from '../nearest.ts';
import type { Path } from '../path.ts';
import type { Reader } from '../yaml/reader.ts';
import { checkIsolation } from './isolation.ts';
import { checkNetworks } from './network.ts';
import { checkPodVolumes } from './volume.ts';

export const checkPods = (service: LooseService, reader: Reader): void => {
  for (const [name, pod] of service.pods ?? []) {
    if (!pod) continue;
    const path = ['pods', name];
    checkRetired(pod, path, reader);
    checkRlimits(pod, path, reader);
    checkArtifacts(pod, path, reader);
    checkConfigs(pod, path, reader);
    checkPlacement(pod, path, service, reader);
    checkNetworks(pod, path, reader);
    checkPodVolumes(pod, path, reader);
    checkIsolation(pod, path, reader);
  }
  checkDiscovery(service, reader);
};

/** Those of its instances, as far as they are known. */
export const numbersOf = ({ count = 1, retired = [] }: LoosePod): readonly number[] =>
  instancesOf({ count, retired: retired.filter((number) => number !== undefined) });

const checkRetired = ({ retired = [] }: LoosePod, path: Path, reader: Reader): void => {
  for (const [index, number] of retired.entries()) {
    if (number === undefined || retired.indexOf(number) === index) continue;
    reader.reportAt([...path, 'retired', index], 'value', {
      code: 'duplicate-name',
      message: `the number ${number} is there twice`,
      next: 'remove one of them',
    });
  }
};

const checkPlacement = (pod: LoosePod, path: Path, { pods }: LooseService, reader: Reader): void => {
  const rule = pod.placement?.rule;
  const near = rule === undefined ? [] : podsIn(rule);
  for (const name of near.filter((each) => pods?.has(each) === false)) {
    reader.reportAt([...path, 'placement'], 'value', {
      code: 'unknown-pod',
      message: `there is no pod \`${name}\` to be near to`,
      next: suggest(name, pods?.keys() ?? []),
    });
  }
};

const podsIn = (rule: Rule): readonly string[] => {
  if (rule.kind === 'near') return [rule.pod];
  if (rule.kind === 'not') return podsIn(rule.rule);
  return rule.kind === 'all' || rule.kind === 'any' ? rule.rules.flatMap(podsIn) : [];
};

const checkRlimits = (pod: LoosePod, podPath: Path, reader: Reader): void => {
  for (const [name, limit] of pod.rlimits ?? []) {
    const path = [...podPath, 'rlimits', name];
    if (!rlimitNames.includes(name)) {
      reader.reportAt(path, 'key', {
        code: 'unknown-key',
        message: `there is no limit \`${name}\``,
        next: suggest(name, rlimitNames),
      });
    }
    const { soft = -1, hard = -1 } = limit ?? {};
    if ((soft === -1) !== (hard === -1)) {
      reader.reportAt(path, 'key', {
        code: 'conflict',
        message: 'only one of `soft` and `hard` is limited',
        next: 'write both of them, or neither for unlimited',
      });
    } else if (soft > hard) {
      reader.reportAt([...path, 'soft'], 'value', {
        code: 'out-of-range',
        message: `the soft limit ${soft} is above the hard one ${hard}`,
        next: 'lower `soft`, or raise `hard`',
      });
    }
  }
};

const checkArtifacts = (pod: LoosePod, podPath: Path, reader: Reader): void => {
  const seen = new Set<string>();
  for (const [index, raw] of (pod.uris ?? []).entries()) {
    const uri = typeof raw === 'string' ? raw : raw?.uri;
    if (raw === undefined || uri === undefined) continue;
    const { dest } = artifactOf(typeof raw === 'string' ? raw : { ...raw, uri });
    if (dest !== '.' && seen.has(dest)) {
      reader.reportAt([...podPath, 'uris', index], 'value', {
        code: 'duplicate-name',
        message: `another file is put at \`${dest}\` too`,
        next: 'write it as {uri, dest} with a `dest` of its own, or remove it',
      });
    }
    seen.add(dest);
  }
};

const checkConfigs = (pod: LoosePod, podPath: Path, reader: Reader): void => {
  for (const [taskName, task] of pod.tasks ?? []) {
    const seen = new Map<string, string>();
    for (const [name, config] of task?.configs ?? []) {
      if (config?.dest === undefined) continue;
      const dest = insideOf(config.dest);
      const place = [...podPath, 'tasks', taskName, 'configs', name, 'dest'];
      if (config.dest.split('/').includes('..')) {
        const message = `\`..\` has no effect: the file is \`${dest}\` in the working directory`;
        reader.noticeAt(place, 'value', { code: 'no-meaning', message, next: `write \`${dest}\`` });
      }
      const other = seen.get(dest);
      if (other !== undefined) {
        reader.reportAt(place, 'value', {
          code: 'duplicate-name',
          message: `the config \`${other}\` is written to \`${dest}\` too`,
          next: 'give each config a `dest` of its own',
        });
      }
      seen.set(dest, name);
    }
  }
};

const checkDiscovery = (service: LooseService, reader: Reader): void => {
  const owners = new Map<string, string>();
  for (const [podName, pod] of service.pods ?? []) {
    for (const [taskName, task] of pod?.tasks ?? []) {
      const prefix = task?.discovery?.prefix;
      if (prefix === undefined) continue;
      const owner = owners.get(prefix) ?? podName;
      owners.set(prefix, owner);
      if (owner === podName) continue;
      reader.reportAt(['pods', podName, 'tasks', taskName, 'discovery', 'prefix'], 'value', {
        code: 'duplicate-name',
        message: `a task of the pod \`${owner}\` has the prefix \`${prefix}\` too`,
        next: 'choose another prefix; tasks of different pods cannot share one',
      });
    }
  }
};
