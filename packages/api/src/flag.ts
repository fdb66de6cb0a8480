import { z } from 'zod';

/** A yes or no in a query: `?force`, `?force=true`, `?force=false`. */
export const flag = (summary: string) =>
  z
    .enum(['true', 'false', '1', '0', ''])
    .optional()
    .describe(summary)
    .transform((value) => value !== undefined && value !== 'false' && value !== '0');

/** A whole number in a query. */
export const count = (summary: string, max: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, 'expected a whole number')
    .optional()
    .describe(summary)
    .transform((value) => (value === undefined ? undefined : Number(value)))
    .refine((value) => value === undefined || value <= max, `at most ${max}`);
