/** A placement condition. `field` is `hostname`, or the name of an agent's attribute (`zone`, `rack`, ...). */
export type Rule =
  | { readonly kind: 'max-per'; readonly field: string; readonly max: number }
  | { readonly kind: 'is'; readonly field: string; readonly value: string; readonly not: boolean }
  | { readonly kind: 'like'; readonly field: string; readonly pattern: string; readonly not: boolean }
  | { readonly kind: 'all'; readonly rules: readonly Rule[] };
