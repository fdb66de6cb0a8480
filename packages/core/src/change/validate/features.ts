import { featuresOf } from '../../spec/feature.ts';
import type { Feature } from '../../spec/feature.ts';
import type { ServiceSpec } from '../../spec/service.ts';

/** What the engine cannot do is said by name, never left out in silence. */
export const features = (to: ServiceSpec, able: ReadonlySet<Feature>): readonly string[] =>
  featuresOf(to)
    .filter(({ feature }) => !able.has(feature))
    .map(
      ({ feature, path }) =>
        `${path} needs ${feature}, which this engine cannot do: leave it out, or use an engine that can`,
    );
