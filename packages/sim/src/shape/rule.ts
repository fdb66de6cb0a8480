/** The placement rules of a shape. Each can be kept in every world, if only once the storm is over. */
import type { Rule } from '@warder/core';
import type { Shape } from './shape.ts';

type Placed = { readonly placement?: Rule };

export function rulesOf({ rule }: Pick<Shape, 'rule'>): { readonly node: Placed; readonly extra: Placed } {
  switch (rule) {
    case 'none':
      return { node: {}, extra: {} };
    case 'host':
      return { node: { placement: { kind: 'max-per', field: 'hostname', max: 1 } }, extra: {} };
    case 'zone':
      return { node: { placement: { kind: 'max-per', field: 'zone', max: 2 } }, extra: {} };
    case 'spread':
      return { node: { placement: { kind: 'group-by', field: 'zone', groups: 3 } }, extra: {} };
    case 'like':
      return {
        node: {
          placement: {
            kind: 'any',
            rules: [
              { kind: 'like', field: 'hostname', pattern: 'host-.*[02468]', not: false },
              { kind: 'is', field: 'zone', value: 'zone-1', not: false },
            ],
          },
        },
        extra: { placement: { kind: 'not', rule: { kind: 'is', field: 'hostname', value: 'host-0', not: false } } },
      };
    case 'near':
      return { node: {}, extra: { placement: { kind: 'near', pod: 'node', together: true } } };
    case 'apart':
      return {
        node: { placement: { kind: 'is', field: 'zone', value: 'zone-0', not: true } },
        extra: { placement: { kind: 'near', pod: 'node', together: false } },
      };
    default:
      return rule satisfies never;
  }
}
