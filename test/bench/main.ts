import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { setup } from '../support/assembly.ts';
import { idleAgainst, startAgainst, throughputAgainst } from './against.ts';
import { bundleAndLoad } from './bundle.ts';
import { consolePage } from './console.ts';
import { csvCounters } from './csv.ts';
import { putToRecorded } from './idle.ts';
import { largeCsv } from './large.ts';
import { verifyAndBackfill } from './operate.ts';
import { readAndCheck } from './reading.ts';
import { startToReady } from './start.ts';
import { eventsPerSecond } from './throughput.ts';
import { countOverTls } from './tls.ts';
import { uploadsAnswered } from './uploads.ts';

const HELP = `Usage: npm run bench [-- start|idle|throughput|uploads|operate|reading|large|csv|bundle|tls|console …] [--events N] [--objects N] [--gigabytes N] [--rounds N] [--against DIR] [--emulator URL …]

Measures the pipeline on this machine; with no name, start, idle and throughput. Needs Linux's /proc.

  npm run bench -- throughput --against ../other --events 500
                                         the same of another checkout, in turn: also of start and idle, and of 0.1
  npm run bench -- uploads --events 2000 --emulator http://127.0.0.1:4568
                                         uploads answered each second while the functions run, and by S3s that run already
  npm run bench -- tls                    CPU seconds of the row counter per GB over HTTPS, and what that costs on Lambda
  npm run bench -- tls --against ../other  and of the counter of another checkout, in turn
  npm run bench -- console                size and first paint of the console's page, and what it costs to look at it
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    events: { type: 'string', default: '10000' },
    objects: { type: 'string', default: '100000' },
    rounds: { type: 'string', default: '9' },
    gigabytes: { type: 'string' },
    against: { type: 'string' },
    emulator: { type: 'string', multiple: true, default: [] },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

/** In each round of a comparison. */
const IDLE_UPLOADS = 40;

const BENCHMARKS: Readonly<
  Record<string, () => Promise<string | readonly string[]> | AsyncIterable<string>>
> = {
  start: () =>
    values.against === undefined ? startToReady(7) : startAgainst(values.against, Number(values.rounds)),
  idle: () =>
    values.against === undefined
      ? putToRecorded(200)
      : idleAgainst(values.against, IDLE_UPLOADS, Number(values.rounds)),
  throughput: () =>
    values.against === undefined
      ? eventsPerSecond(Number(values.events))
      : throughputAgainst(values.against, Number(values.events), Number(values.rounds)),
  uploads: () => uploadsAnswered(Number(values.events), Number(values.rounds), values.emulator),
  operate: () => verifyAndBackfill(Number(values.objects)),
  reading: () => readAndCheck(Number(values.rounds)),
  bundle: () => bundleAndLoad(Number(values.rounds)),
  csv: () => csvCounters(Number(values.rounds)),
  tls: () => countOverTls(Number(values.gigabytes ?? 0.5) * 1e9, Number(values.rounds), values.against),
  console: () => consolePage(Number(values.events), Number(values.rounds)),
  large: () => largeCsv(Number(values.gigabytes ?? 2) * 1e9),
};

if (values.help) {
  process.stdout.write(HELP);
} else {
  await setup();
  console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown CPU'}`);
  const chosen = positionals.length > 0 ? positionals : ['start', 'idle', 'throughput'];
  for (const name of chosen) {
    const benchmark = BENCHMARKS[name];
    if (benchmark === undefined) {
      throw new Error(`no benchmark ${JSON.stringify(name)}: ${Object.keys(BENCHMARKS).join(', ')}`);
    }
    const measured = benchmark();
    const lines = Symbol.asyncIterator in measured ? measured : [await measured].flat();
    for await (const line of lines) console.log(`${name.padEnd(11)} ${line}`);
  }
}
