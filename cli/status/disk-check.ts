import { failed, ok, warning, type Check } from './check.ts';
import { bytesText } from '../terminal/units.ts';

const DISK = 'disk';
/** A table store, a log and an upload need some room each. */
const TOO_LITTLE_BYTES = 100e6;
/** Enough for now, and not for long. */
const LITTLE_BYTES = 1e9;

/** A check of the local runtime's disk where there is too little room to go on, else none. */
export function diskCheck(freeBytes: number): readonly Check[] {
  if (freeBytes >= TOO_LITTLE_BYTES) return [];
  return [
    failed(DISK, `${bytesText(freeBytes)} free: what is uploaded or recorded next may fail`, 'make room'),
  ];
}

/** The check of the disk of a data folder, also where there is room, or where it will be scarce soon. */
export function folderDiskCheck(freeBytes: number, dataDir: string): Check {
  const [tooLittle] = diskCheck(freeBytes);
  if (tooLittle !== undefined) return tooLittle;
  const detail = `${bytesText(freeBytes)} free for ${dataDir}`;
  return freeBytes < LITTLE_BYTES
    ? warning(DISK, detail, 'make room, or choose another folder with --data-dir')
    : ok(DISK, detail);
}
