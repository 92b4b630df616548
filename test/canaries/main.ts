import { parseArgs } from 'node:util';
import { CANARIES } from './canaries.ts';
import type { Canary } from './canary.ts';
import { TestedCopy } from './tested-copy.ts';
import { verdictOf, type FileRun } from './verdict.ts';

const HELP = `Usage: npm run canaries -- [--only TEXT]

Makes one mistake at a time in a copy of the project, one line each, and runs the test that ought to notice it. Every one must be
caught: exits with 1 where one is not, and says how to run that one alone. First the same tests run without a mistake, and must
pass. Ctrl-C ends it.

  --only TEXT  the mistakes whose names have this text, in any case
`;

process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
  console.error(`${error.message}\n\n${HELP}`);
  process.exitCode = 2;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { only: { type: 'string', default: '' }, help: { type: 'boolean', short: 'h', default: false } },
  });
  if (!values.help) return await release(chosen(values.only));
  process.stdout.write(HELP);
  return 0;
}

function chosen(text: string): readonly Canary[] {
  const wanted = text.toLowerCase();
  const canaries = CANARIES.filter(({ name }) => name.toLowerCase().includes(wanted));
  if (canaries.length > 0) return canaries;
  throw new RangeError(
    `no mistake is called ${JSON.stringify(text)}; there are:\n${CANARIES.map(({ name }) => `  ${name}`).join('\n')}`,
  );
}

async function release(canaries: readonly Canary[]): Promise<number> {
  const began = performance.now();
  const files = Map.groupBy(canaries, ({ caughtBy: [file] }) => file);
  await using copy = await TestedCopy.make([...files.keys()]);
  const failed: string[] = [];
  const titles = [...files].map(
    ([file, ofFile]) => [file, ofFile.map(({ caughtBy: [, title] }) => title)] as const,
  );
  for (const [file, run] of await copy.runAll(new Map(titles))) {
    if (run.errors.length > 0 || run.tests.some(({ state }) => state === 'failed')) {
      failed.push(`${file} fails without any mistake: ${shown(run)}`);
    }
  }
  if (failed.length > 0) {
    console.error(failed.join('\n'));
    return 1;
  }
  console.log(`the tests of ${files.size} files pass without a mistake (${seconds(began)} s)`);
  let skipped = 0;
  for (const [index, canary] of canaries.entries()) {
    const begun = performance.now();
    const [file, title] = canary.caughtBy;
    const run = await copy.withMistake(canary, () => copy.run(file, [title]));
    const verdict = verdictOf(run);
    const isSkipped = verdict === 'skipped';
    if (isSkipped) skipped++;
    const said =
      verdict === 'passed' ? 'SURVIVED' : verdict === 'caught' || isSkipped ? verdict : verdict.toUpperCase();
    console.log(`${index + 1}/${canaries.length} ${said} (${seconds(begun)} s): ${canary.name}`);
    if (verdict === 'caught' || isSkipped) continue;
    failed.push(canary.name);
    console.log(
      [
        `  ${canary.file}: ${canary.before}  =>  ${canary.after || '(nothing)'}`,
        `  ${file} ${JSON.stringify(title)}: ${shown(run) || 'passes'}`,
        `  -> npm run canaries -- --only ${JSON.stringify(canary.name)}`,
      ].join('\n'),
    );
  }
  const caught = canaries.length - skipped - failed.length;
  const note = skipped > 0 ? `, ${skipped} skipped: their tests say what this machine lacks` : '';
  console.log(`canaries caught ${caught}/${canaries.length}${note}, in ${seconds(began)} s`);
  return failed.length === 0 ? 0 : 1;
}

function shown({ tests, errors }: FileRun): string {
  return [...errors, ...tests.flatMap((test) => test.errors.map((error) => `${test.name}: ${error}`))].join(
    '; ',
  );
}

function seconds(beganMs: number): string {
  return ((performance.now() - beganMs) / 1_000).toFixed(1);
}
