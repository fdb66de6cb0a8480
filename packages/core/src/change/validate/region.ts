import type { ServiceSpec } from '../../spec/service.ts';

/** Instances of one service would be in two regions, with what lies between them. */
export const region = ({ region: before }: ServiceSpec, { region: after }: ServiceSpec): readonly string[] =>
  before === after
    ? []
    : [
        `the region cannot change (${before ?? 'anywhere'} -> ${after ?? 'anywhere'}): ` +
          'install another service in the other region',
      ];
