import { parentPort, workerData } from 'node:worker_threads';
import { Place } from './place.ts';
import { runIndex } from './simulate.ts';
import type { Share } from './threads.ts';

const { options, first, of } = workerData as Share;
const place = await Place.load();
// until it is ended
for (let index = first; ; index += of) {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port of this process, no window
  parentPort!.postMessage(await runIndex(place, index, options));
}
