/** How partitions and brokers are named in a reason: the first few and how many more. */

const namedMax = 5;

/** `orders-0, orders-3 and 12 more`. */
export const few = (names: readonly string[]): string => {
  const rest = names.length - namedMax;
  if (rest <= 0) return names.join(', ');
  return `${names.slice(0, namedMax).join(', ')} and ${rest} more`;
};

/** `1 partition`, `3 partitions`. */
export const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;

export const brokersText = (ids: readonly number[]): string => `broker${ids.length === 1 ? '' : 's'} ${ids.join(', ')}`;
