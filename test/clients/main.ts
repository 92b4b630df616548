import '../../shared/require-node-24.mjs';
import { isDeepStrictEqual } from 'node:util';
import { setup } from '../support/assembly.ts';
import { CLIENTS, outcomesOf, startPlace } from './place.ts';

/** `npm run clients`, or `npm run clients -- rclone s3cmd`: what ordinary clients make of the local pipeline, and it of what they send, as a table. */
const asked = process.argv.slice(2);
const names = CLIENTS.map(({ name }) => name);
for (const name of asked) {
  if (names.includes(name)) continue;
  console.error(`clients: no client is called ${JSON.stringify(name)}; there are ${names.join(', ')}`);
  process.exit(2);
}
await setup();
const place = await startPlace();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void Promise.resolve(place[Symbol.asyncDispose]()).finally(() => process.exit(1));
  });
}
let failures = 0;

async function line(client: string, what: string, check: () => Promise<void>): Promise<void> {
  const start = performance.now();
  const problem = await check().then(
    () => undefined,
    (error: unknown) => (error as Error).message,
  );
  if (problem !== undefined) failures++;
  const mark = problem === undefined ? '✔' : '✖';
  console.log(
    `${mark} ${client.padEnd(12)} ${what.padEnd(48)} ${String(Math.round(performance.now() - start)).padStart(7)} ms`,
  );
  if (problem !== undefined) console.log(problem.replaceAll(/^/gm, '    '));
}

try {
  for (const client of CLIENTS) {
    if (asked.length > 0 && !asked.includes(client.name)) continue;
    if (!client.isHere()) {
      console.log(`– ${client.name.padEnd(12)} skipped: it is not on this machine`);
      continue;
    }
    for (const { what, run } of client.checks) await line(client.name, what, () => run(place));
    await line(client.name, 'the pipeline has reacted once to each, rightly', async () => {
      const found = await outcomesOf(client, place);
      if (isDeepStrictEqual(found, client.outcomes)) return;
      throw new Error(`found  ${JSON.stringify(found)}\nwanted ${JSON.stringify(client.outcomes)}`);
    });
  }
} finally {
  await place[Symbol.asyncDispose]();
}
process.exitCode = failures === 0 ? 0 : 1;
