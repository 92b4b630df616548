import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { CHECKS } from './checks.ts';
import { runChecks, type CheckResult } from './run-checks.ts';
import { clientsOf, outputsIn } from './target.ts';

const HELP = `Usage: npm run conformance -- --outputs FILE [options]

Compares what a DEPLOYED pipeline does in AWS with what Sluice and its local runtime take for granted: raw keys,
sequencers, the fields of each event, 404 for a missing object, copies, parts, tags, metadata, move tasks, replays.
It uploads some sixty small objects under conformance/ and csv/conformance-…, and makes a rule and queues of its own, which
it removes at the end. Of a locked ledger it tries to delete a line, of its own uploads alone, which S3 is to
refuse; so the line stays for its days.

It has never been run against AWS by those who wrote it: it is the list of what only AWS can prove.

  --outputs FILE    stack outputs: npx aws-cdk deploy --outputs-file FILE, or runtime.json of a local data folder
  --with-replay     also replays; waits twelve minutes first, since an archive takes up to ten to hold an event
  --inventory URL   also compares lines of an S3 Inventory of the ingest bucket with what it lists:
                    s3://BUCKET/…/manifest.json, with all versions, Size, LastModifiedDate and ETag
  --yes             really do it: it costs a few cents at most, and writes to the account
  -h, --help        this text

A line says \`ok\`, \`DIFFERS\`, or \`--\` for what was not looked at, with what to do about that.
Region and credentials come from the environment, as for any AWS SDK. Exit code 0: all that was looked at is as
believed; 1: something differs, or could not be seen; 2: the command line is wrong.
`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      outputs: { type: 'string' },
      'with-replay': { type: 'boolean', default: false },
      inventory: { type: 'string' },
      yes: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  if (values.outputs === undefined || !values.yes) {
    process.stderr.write(`conformance: wants --outputs FILE and --yes; see npm run conformance -- --help\n`);
    return 2;
  }
  const outputs = outputsIn(JSON.parse(readFileSync(values.outputs, 'utf8')));
  const asked = { withReplay: values['with-replay'], inventory: values.inventory };
  const target = { outputs, clients: clientsOf(), asked };
  const results = await runChecks(CHECKS, target, (line) => process.stdout.write(`${line}\n`));
  const count = (wanted: CheckResult['verdict']): number =>
    results.filter(({ verdict }) => verdict === wanted).length;
  const differing = count('differs');
  process.stdout.write(
    `${count('as believed')} as believed, ${differing} not; ${count('not looked at')} not looked at\n`,
  );
  return differing === 0 ? 0 : 1;
}

process.exitCode = await main();
