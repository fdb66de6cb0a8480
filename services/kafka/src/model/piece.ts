/** Requests about many partitions, in bounded pieces. */

export const chunks = <T>(all: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, at) => all.slice(at * size, (at + 1) * size));

type Named = { readonly topic: string; readonly index: number };

/** As requests name partitions. */
export const byTopic = (
  partitions: readonly Named[],
): readonly { readonly name: string; readonly partitions: readonly number[] }[] => {
  const topics = new Map<string, number[]>();
  for (const { topic, index } of partitions) {
    const indexes = topics.get(topic);
    if (indexes === undefined) topics.set(topic, [index]);
    else indexes.push(index);
  }
  return [...topics].map(([name, indexes]) => ({ name, partitions: indexes }));
};
