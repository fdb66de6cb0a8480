/**
 * A placement condition. `field` is `hostname`, or the name of an agent's attribute (`zone`, `region`, `rack`, ...).
 * Pod instances are counted, never tasks, and never the instance that is placed itself.
 */
export type Rule =
  /** At most `max` instances of the pod on agents with one value of the field. */
  | { readonly kind: 'max-per'; readonly field: string; readonly max: number }
  /**
   * Instances of the pod spread evenly over the values of the field. With `groups`, over at least that many values
   * before any of them gets a second one.
   */
  | { readonly kind: 'group-by'; readonly field: string; readonly groups?: number }
  | { readonly kind: 'is'; readonly field: string; readonly value: string; readonly not: boolean }
  /** The pattern is a regular expression that the whole value must match. */
  | { readonly kind: 'like'; readonly field: string; readonly pattern: string; readonly not: boolean }
  /** On an agent with (`together`) or without an instance of another pod; open while that pod has none anywhere. */
  | { readonly kind: 'near'; readonly pod: string; readonly together: boolean }
  | { readonly kind: 'all'; readonly rules: readonly Rule[] }
  | { readonly kind: 'any'; readonly rules: readonly Rule[] }
  | { readonly kind: 'not'; readonly rule: Rule };
