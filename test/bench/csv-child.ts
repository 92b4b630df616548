import { createReadStream, readFileSync } from 'node:fs';
import { countRows } from '../../functions/csv-row-counter/count-rows.ts';

/** A process of its own: counts a file, or nothing, and prints the rows and the most memory that it had, in bytes. */
const [, , file] = process.argv;
const rows = file === undefined ? 0 : (await countRows(createReadStream(file))).rows;
// not resourceUsage().maxRSS, which begins with what the parent had when it forked
const [, kilobytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
console.log(JSON.stringify({ rows, peakBytes: Number(kilobytes) * 1_024 }));
