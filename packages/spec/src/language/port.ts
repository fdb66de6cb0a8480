import { list, object, optional, required } from '../shape/collection.ts';
import { flag, text, wholeNumber } from '../shape/scalar.ts';
import { variable } from './name.ts';

export const portMax = 65_535;

const vip = object({
  port: required(wholeNumber({ min: 1, max: portMax }), 'The port of the VIP.'),
  prefix: optional(text(), 'The first part of its name; the name of the port if absent.'),
});

const range = object({
  begin: optional(wholeNumber({ min: 0, max: portMax }), 'The lowest port of the range; 0 if absent.'),
  end: optional(wholeNumber({ min: 0, max: portMax }), 'The highest port of the range; 65535 if absent.'),
});

export const port = object({
  port: optional(
    wholeNumber({ min: 0, max: portMax }),
    'The port; 0 for any free one, kept across restarts. May be left out where there are ranges.',
  ),
  'env-key': optional(text(variable), 'The environment variable that tells the tasks.'),
  advertise: optional(flag(), 'Listed among the endpoints of the service; false if absent.'),
  vip: optional(vip, 'One stable address in front of the healthy tasks.'),
  ranges: optional(list(range), 'Where a port of 0 may be chosen from.'),
});
