import { failed, type Check } from './check.ts';
import { bytesText } from '../terminal/units.ts';

/** A table store, a log and an upload need some room each. */
const TOO_LITTLE_BYTES = 100e6;

/** A check of the local runtime's disk where there is too little room to go on, else none. */
export function diskCheck(freeBytes: number): readonly Check[] {
  if (freeBytes >= TOO_LITTLE_BYTES) return [];
  return [
    failed('disk', `${bytesText(freeBytes)} free: what is uploaded or recorded next may fail`, 'make room'),
  ];
}
