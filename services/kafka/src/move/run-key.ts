/** A run, or a step of one: other services have those of the same names. */
export const keyOf = ({ service }: { readonly service: { readonly uid: string } }, id: string): string =>
  `${service.uid} ${id}`;
