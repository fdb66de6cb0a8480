import type { State } from '@warder/core';
import { z } from 'zod';

const reservedSet = z.object({
  name: z.string(),
  cpus: z.number(),
  memoryMiB: z.number(),
  ports: z.record(z.string(), z.number()),
  volumes: z
    .array(z.object({ id: z.string(), path: z.string(), type: z.enum(['ROOT', 'MOUNT']), sizeMiB: z.number() }))
    .readonly(),
});

export const reservationView = z
  .object({
    id: z.string(),
    instance: z.string(),
    agentId: z.string(),
    hostname: z.string(),
    address: z.string(),
    releasing: z.boolean().describe('It is being given back'),
    sets: z.array(reservedSet).readonly(),
  })
  .meta({ id: 'Reservation' });

export type ReservationView = z.infer<typeof reservationView>;

export function viewReservations(state: State): ReservationView[] {
  return [...state.instances.values()].flatMap(({ reservation, releasing }) =>
    reservation === undefined ? [] : [{ ...reservation, releasing: releasing !== undefined }],
  );
}
