import { parseArgs } from 'node:util';
import { setup } from '../support/assembly.ts';
import { keepTemporaryFilesTogether } from '../support/temporary-files.ts';
import { seedText } from './figures.ts';
import { throughProxy } from './proxy/through-proxy.ts';
import { chaosCycles } from './strikes/cycles.ts';

const HELP = `Usage: npm run chaos -- [--cycles N [--minutes N] | --through-proxy N] [--seed 0x…]

Starts the pipeline as npm start does, works on it (puts, uploads in parts, copies, deletes, poison, replays, redrives) and strikes
it meanwhile: kills, freezes, clock jumps, a full disk. After each cycle it lets everything drain and holds rows, counts,
ledger and letters against what was accepted (docs/reliability.md). Needs Linux; fills a disk where it may mount one.

  --cycles N          so many cycles, each of 60 operations and 4 strikes (default: 5)
  --minutes N         begins no other cycle then; the figures are of those that were done (default: no end)
  --through-proxy N   instead: N operations, with a proxy between every SDK client and the pipeline that resets, truncates, delays and
                      refuses one request in eight
  --seed 0x…          chooses operations, strikes, faults and moments (default: this second's)
  -h, --help          this text

The same seed makes the same choices; what meets what is up to the machine. Exit code 0: the promise was kept; 1: it was broken,
and the line says how to try it again; 2: the command line is wrong.
`;

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
  console.error(`chaos: ${error.message}\n\n${HELP}`);
  process.exitCode = 2;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      cycles: { type: 'string', default: '5' },
      minutes: { type: 'string' },
      'through-proxy': { type: 'string' },
      seed: { type: 'string', default: seedText(Math.floor(Date.now() / 1_000)) },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const cycles = wholeNumber('--cycles', values.cycles);
  const seed = wholeNumber('--seed', values.seed);
  const minutes = values.minutes === undefined ? Infinity : wholeNumber('--minutes', values.minutes);
  const proxied = values['through-proxy'];
  const operations = proxied === undefined ? undefined : wholeNumber('--through-proxy', proxied);
  keepTemporaryFilesTogether();
  await setup();
  const endsMs = performance.now() + minutes * 60_000;
  try {
    const lines =
      operations === undefined
        ? await chaosCycles({
            cycles,
            seed,
            tell: (line) => console.log(line),
            isToEnd: () => performance.now() > endsMs,
          })
        : await throughProxy({ operations, seed, percent: 12 });
    console.log(lines.join('\n'));
    return 0;
  } catch (error) {
    console.error(error);
    return 1;
  }
}

/** @throws RangeError */
function wholeNumber(flag: string, text: string): number {
  const value = Number(text);
  if (/^(?:0x[0-9a-f]+|\d+)$/i.test(text) && Number.isSafeInteger(value) && value > 0) return value;
  throw new RangeError(`${flag} ${JSON.stringify(text)} is no whole number above 0`);
}
