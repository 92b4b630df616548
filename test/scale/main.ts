import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { computedParts, PAGE, writeParts } from './scale-page.ts';

const HELP = `Usage: npm run scale

Computes the tables and the chart of docs/scale.md anew, from the template of stage prod, and writes them into the page.
`;

const { values } = parseArgs({ options: { help: { type: 'boolean', short: 'h', default: false } } });
if (values.help) process.stdout.write(HELP);
else {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'sluice-scale-'));
  writeParts(computedParts(folder.path));
  process.stdout.write(`${PAGE}: its tables are written\n`);
}
