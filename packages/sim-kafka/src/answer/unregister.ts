import type { Image } from '../model/image.ts';
import { withoutBroker } from '../model/image.ts';
import { agree, LOST_LEADER } from './agreed.ts';
import type { Asked } from './answer.ts';

/** BROKER_ID_NOT_REGISTERED */
const UNKNOWN = 102;

export async function unregisterBroker(
  asked: Asked,
  _image: Image,
  { id }: { readonly id: number },
): Promise<{ readonly errorCode: number; readonly errorMessage: string | null }> {
  let known = false;
  const ok = await agree(asked, (image) => {
    known = image.brokers.has(id);
    return known ? withoutBroker(image, id) : image;
  });
  return { errorCode: !ok ? LOST_LEADER : known ? 0 : UNKNOWN, errorMessage: null };
}
