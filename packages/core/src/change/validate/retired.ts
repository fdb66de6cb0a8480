import type { ServiceSpec } from '../../spec/service.ts';

/** Numbers of instances that there were. */
export const retired = ({ pods }: ServiceSpec): readonly string[] =>
  pods.flatMap(({ name, retired: numbers = [] }) => [
    ...numbers
      .filter((number) => !Number.isSafeInteger(number) || number < 0)
      .map(
        (number) => `pod ${name} retires ${number}, which is no number of an instance: name whole numbers from 0 on`,
      ),
    ...[...new Set(numbers.filter((number, at) => numbers.indexOf(number) !== at))].map(
      (number) => `pod ${name} retires ${number} twice: name it once`,
    ),
  ]);
