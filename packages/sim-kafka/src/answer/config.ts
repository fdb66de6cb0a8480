import type { AlterResult, ConfigChange } from '@warder/kafka/client/api/incremental-alter-configs';
import { ConfigSource } from '@warder/kafka/client/api/describe-configs';
import type { ConfigEntry, ConfigResult } from '@warder/kafka/client/api/describe-configs';
import { withEntry } from '../model/image.ts';
import type { Image, Settings } from '../model/image.ts';
import { isNewer, newestOf, presetsOf } from '../model/protocol.ts';
import { agree, LOST_LEADER } from './agreed.ts';
import type { Asked } from './answer.ts';

type Resource = { readonly type: 'topic' | 'broker'; readonly name: string };
type Ask = { readonly resources: readonly (Resource & { readonly keys: readonly string[] | null })[] };
type Change = { readonly resources: readonly (Resource & { readonly changes: readonly ConfigChange[] })[] };

const UNKNOWN_TOPIC = 3;
const NOT_REGISTERED = 102;

export function describeConfigs(asked: Asked, image: Image, { resources }: Ask): readonly ConfigResult[] {
  return resources.map(({ type, name, keys }) => {
    const topic = image.topics.get(name);
    if (type === 'topic' && topic === undefined)
      return { errorCode: UNKNOWN_TOPIC, errorMessage: null, name, entries: [] };
    const own = type === 'topic' ? topic?.settings : undefined;
    const all = (): readonly string[] => [
      ...new Set([...knownTo(asked), ...(settingsOf(image, type, name)?.keys() ?? [])]),
    ];
    const entries = (keys ?? all()).map((key) => entryOf(asked, image, own, key));
    return { errorCode: 0, errorMessage: null, name, entries };
  });
}

const settingsOf = (image: Image, type: Resource['type'], name: string): Settings | undefined =>
  type === 'topic' ? image.topics.get(name)?.settings : image.settings.get(name);

/** What brokers of this version have without anybody having set it, as far as somebody asks for it. */
const knownTo = ({ server: { launched } }: Asked): readonly string[] =>
  isNewer(newestOf(launched.version), '4.2') ? ['cordoned.log.dirs'] : [];

function entryOf({ server }: Asked, image: Image, own: Settings | undefined, name: string): ConfigEntry {
  const { properties, version } = server.launched;
  const synonyms = [
    { name, value: own?.get(name), source: ConfigSource.topic },
    { name, value: image.settings.get(String(server.id))?.get(name), source: ConfigSource.dynamicBroker },
    { name, value: image.settings.get('')?.get(name), source: ConfigSource.dynamicDefault },
    { name, value: properties.get(name), source: ConfigSource.staticFile },
    { name, value: presetsOf(version)[name], source: ConfigSource.default },
  ].flatMap(({ value, ...rest }) => (value === undefined ? [] : [{ ...rest, value }]));
  const [first] = synonyms;
  const { value = null, source = ConfigSource.default } = first ?? {};
  return { name, value, readOnly: false, source, sensitive: false, synonyms };
}

export async function alterConfigs(
  asked: Asked,
  _image: Image,
  { resources }: Change,
): Promise<readonly AlterResult[]> {
  const unknown = new Set<string>();
  const ok = await agree(asked, (image) => {
    let next = image;
    for (const { type, name, changes } of resources) {
      if (type === 'broker' && name !== '' && !image.brokers.has(Number(name))) {
        unknown.add(name);
        continue;
      }
      const topic = type === 'topic' ? next.topics.get(name) : undefined;
      if (type === 'topic' && topic === undefined) continue;
      const settings = changed(topic?.settings ?? next.settings.get(name), changes);
      next =
        topic === undefined
          ? { ...next, settings: withEntry(next.settings, name, settings) }
          : { ...next, topics: withEntry(next.topics, name, { ...topic, settings }) };
    }
    return next;
  });
  return resources.map(({ name }) => ({
    errorCode: !ok ? LOST_LEADER : unknown.has(name) ? NOT_REGISTERED : 0,
    errorMessage: null,
    name,
  }));
}

const changed = (before: Settings = new Map(), changes: readonly ConfigChange[]): Settings => {
  const settings = new Map(before);
  for (const { key, value } of changes) {
    if (value === null) settings.delete(key);
    else settings.set(key, value);
  }
  return settings;
};
