import { readFileSync } from 'node:fs';
import { S3Client } from '@aws-sdk/client-s3';
import { openObject } from '../../functions/objects/open-object.ts';
import { wholeBody } from '../../functions/objects/whole-body.ts';
import { parseObjectEvents } from '../../shared/object-event/object-event-parser.ts';
import { busEvent } from '../support/object-events.ts';
import { lambdaContext } from '../support/invocations.ts';

/** What one invocation took: user and system time of all threads, and the most memory so far. */
export interface Taken {
  readonly cpuMs: number;
  readonly wallMs: number;
  readonly peakBytes: number;
}

export interface Task {
  readonly key: string;
  readonly size: number;
}

/**
 * A process of its own, as a function is: for each object that it is told of it runs the row counter's bundle, or reads
 * the object as that does and counts nothing.
 */
const [, , bundle = '', mode = ''] = process.argv;
if (mode === 'twin') Reflect.deleteProperty(globalThis, 'WebAssembly');
const run = mode === 'discarded' ? discard : await counter();

process.on('message', (task: Task) => {
  void measure(task).then((taken) => process.send?.(taken));
});
process.on('disconnect', () => process.exit());
process.send?.('ready');

async function measure({ key, size }: Task): Promise<Taken> {
  const event = busEvent({ key, size, versionId: 'v1' });
  const usedBefore = process.cpuUsage();
  const began = performance.now();
  await run(event);
  const wallMs = performance.now() - began;
  const { user, system } = process.cpuUsage(usedBefore);
  // not resourceUsage().maxRSS, which begins with what the parent had when it forked
  const [, kilobytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return { cpuMs: (user + system) / 1_000, wallMs, peakBytes: Number(kilobytes) * 1_024 };
}

async function counter(): Promise<(event: object) => Promise<unknown>> {
  const { handler } = (await import(bundle)) as {
    handler: (event: object, context: object) => Promise<unknown>;
  };
  return (event) => handler(event, lambdaContext(900_000));
}

/** Reads as the handler does. */
async function discard(payload: object): Promise<void> {
  const s3 = new S3Client({ responseChecksumValidation: 'WHEN_REQUIRED' });
  const { signal } = new AbortController();
  for (const event of parseObjectEvents(payload)) {
    const object = await openObject(s3, event, { signal });
    for await (const _ of wholeBody(object, signal));
  }
}
