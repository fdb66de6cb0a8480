import type { FeatureLevel, UpdatedFeatures } from '@warder/kafka/client/api/update-features';
import type { Image } from '../model/image.ts';
import type { Kafka } from '../model/kafka.ts';
import { rangesOf } from '../model/release.ts';
import { agree, LOST_LEADER } from './agreed.ts';
import type { Asked } from './answer.ts';

type Request = { readonly levels: readonly FeatureLevel[]; readonly validateOnly: boolean };

/** INVALID_UPDATE_VERSION */
const INVALID = 95;

/** The controllers ask themselves what every registered node can do; nothing is lowered. */
export async function updateFeatures(
  asked: Asked,
  _image: Image,
  { levels, validateOnly }: Request,
): Promise<UpdatedFeatures> {
  const { kafka } = asked;
  let refusal: string | undefined;
  const ok = await agree(asked, (image) => {
    refusal = refusalOf(kafka, image, levels);
    if (refusal !== undefined || validateOnly) return image;
    const raised = levels.filter(({ name, level }) => (image.features.get(name) ?? 0) < level);
    if (raised.length === 0) return image;
    kafka.options.witnesses.finalising(raised);
    kafka.options.trace(`features ${raised.map(({ name, level }) => `${name} ${level}`).join(', ')} are finalised`);
    return {
      ...image,
      features: new Map([...image.features, ...raised.map(({ name, level }) => [name, level] as const)]),
    };
  });
  const [errorCode, errorMessage] =
    refusal !== undefined ? [INVALID, refusal] : ok ? [0, null] : [LOST_LEADER, 'the controller leads no more'];
  return { errorCode, errorMessage, results: [] };
}

function refusalOf(kafka: Kafka, image: Image, levels: readonly FeatureLevel[]): string | undefined {
  const voters = kafka.quorum.voters.values();
  for (const { name, level } of levels) {
    if (level < (image.features.get(name) ?? 0)) return `${name} is ${image.features.get(name)}, and never lowered`;
    for (const { id, version } of [...image.brokers.values(), ...voters]) {
      const [, max] = rangesOf(version)[name] ?? [0, 0];
      if (level > max) return `${name} ${level} is not supported by node ${id}`;
    }
  }
  return undefined;
}
