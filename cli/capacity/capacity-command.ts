import type { Command } from 'commander';
import { readFile } from 'node:fs/promises';
import { nearestWord } from '../../shared/nearest-word.ts';
import { SYNTH_COMMAND } from '../../shared/own-commands.ts';
import { pascalCase } from '../../shared/pascal-case.ts';
import type { RoutedTemplate } from '../../shared/routes/template-text.ts';
import { CliError, usageError } from '../cli-error.ts';
import { addShare, number, size } from '../cost/cost-command.ts';
import { assumedShares } from '../cost/consumer-work.ts';
import { EXIT } from '../exit-code.ts';
import { readStack, type SynthesizedStack } from '../routes/assembly-template.ts';
import type { Session } from '../session.ts';
import type { DocumentOf } from '../terminal/document.ts';
import { parseWhole } from '../terminal/time.ts';
import type { capacityDocument } from './capacity-document.ts';
import { checkConsumersOf } from '../cost/known-consumers.ts';
import { capacityFacts } from './capacity-template.ts';
import { capacityOf } from './capacity.ts';
import { showCapacity } from './capacity-view.ts';
import type { CapacityWorkload } from './work.ts';
import { isQuotaName, QUOTAS, QUOTAS_OF, quotasWith, type Quotas } from './quota-table.ts';

interface CapacityFlags {
  readonly uploadsPerSecond: string;
  readonly prefixes: string;
  readonly csvShare: string;
  readonly size: string;
  readonly share: Readonly<Record<string, number>>;
  readonly eventMs: Readonly<Record<string, number>>;
  readonly quota: Partial<Quotas>;
  readonly keysGrow?: boolean;
  readonly assembly: string;
  readonly template?: string;
  readonly stack?: string;
  readonly pipeline?: string;
  readonly json?: boolean;
}

const HELP = `
Arithmetic: batches, windows and concurrency from the template, AWS's limits from one dated table (us-east-1, before anybody
asked for more), and the time of an event as sluice cost assumes it; sluice metrics --target aws shows what it takes.
A limit that holds only under a condition is told with it, and does not decide. Replays and deletes are uploads to this.

  sluice capacity --uploads-per-second 1000
  sluice capacity --uploads-per-second 10000 --prefixes 16 --event-ms CONSUMER=4
  sluice capacity --uploads-per-second 10000 --quota eventBridgeInvocations=60000     what AWS has given you
  sluice capacity --uploads-per-second 2000 --keys-grow     keys such as logs/2026/11/26/…: DynamoDB cannot split them
  aws cloudformation get-template --stack-name Sluice-prod --query TemplateBody > deployed.json
  sluice capacity --uploads-per-second 1000 --template deployed.json                  what is deployed

Exit code: 0 when every stage carries it, 5 when one does not.`;

export function defineCapacity(command: Command, session: Session): void {
  command
    .requiredOption('--uploads-per-second <n>', 'the rate that is to be carried')
    .option('--prefixes <n>', 'over so many prefixes the uploads are spread evenly', '1')
    .option(
      '--csv-share <share>',
      'share of the uploads that a consumer of some names takes, such as CSVs, 0 to 1',
      '0.2',
    )
    .option('--size <size>', 'of an object that a consumer reads: 500KB, 1MB, 2GB', '1MB')
    .option(
      '--share <consumer=share>',
      'share of the uploads that this consumer takes, 0 to 1 (default: all, or --csv-share); can be repeated',
      addShare,
      {},
    )
    .option(
      '--event-ms <consumer=ms>',
      'milliseconds that this consumer takes for an event; can be repeated',
      addEventMs,
      {},
    )
    .option('--quota <name=value>', 'what AWS lets your account do; can be repeated', addQuota, {})
    .option('--keys-grow', 'every key is greater than those before it, as with a date in front')
    .option('--assembly <dir>', 'folder of the synthesized template', 'cdk.out')
    .option('--template <file>', 'a template as CloudFormation has it, in place of --assembly')
    .option('--stack <name>', 'its stack (default: the only one with a pipeline)')
    .option('--pipeline <id>', 'which of its pipelines (default: the only one, or Default)')
    .option('--json', 'one JSON document on stdout, as sluice schema describes it')
    .addHelpText('after', HELP)
    .action(async (flags: CapacityFlags) => {
      const workload = workloadOf(flags);
      const template = capacityFacts(await stackOf(flags), flags.pipeline);
      checkConsumersOf('--share', flags.share, template.consumers);
      checkConsumersOf('--event-ms', flags.eventMs, template.consumers);
      const quotas = quotasWith(flags.quota);
      const capacity = capacityOf({ workload, facts: template, quotas });
      const terminal = session.terminal(flags);
      if (terminal.isJson) {
        terminal.document<DocumentOf<typeof capacityDocument>>({
          verb: 'capacity',
          quotasOf: QUOTAS_OF,
          quotas,
          workload,
          template,
          ...capacity,
        });
      } else {
        showCapacity(terminal, capacity);
        for (const id of assumedShares({ ...workload, uploads: 0, replayShare: 0 }, template)) {
          terminal.note(`${workload.csvShare} of the uploads assumed for ${id}; --share ${id}=… says better`);
        }
        terminal.note(`quotas of ${QUOTAS_OF}; with --json each limit names its source`);
      }
      session.exitCode = capacity.holds ? EXIT.done : EXIT.unhealthy;
    });
}

function workloadOf(flags: CapacityFlags): CapacityWorkload {
  return {
    uploadsPerSecond: number(flags.uploadsPerSecond, '--uploads-per-second', 1e9),
    prefixes: parseWhole(flags.prefixes, '--prefixes', 1, 1e6),
    csvShare: number(flags.csvShare, '--csv-share', 1),
    csvBytes: size(flags.size),
    shares: flags.share,
    eventMs: flags.eventMs,
    keysGrow: flags.keysGrow === true,
  };
}

/** @throws CliError, usage, for a name of no consumer */
async function stackOf({ assembly, template: file, stack }: CapacityFlags): Promise<SynthesizedStack> {
  if (file === undefined) return await readStack(assembly, stack);
  try {
    const template = JSON.parse(await readFile(file, 'utf8')) as RoutedTemplate;
    if (template.Resources !== undefined) return { name: stack ?? file, file, template };
  } catch (cause) {
    throw new CliError(`${file} cannot be read as a template: ${(cause as Error).message}`, {
      nextStep: 'aws cloudformation get-template --stack-name STACK --query TemplateBody > FILE',
      cause,
    });
  }
  throw usageError(
    `${file} is no template: it has no Resources`,
    `aws cloudformation get-template --query TemplateBody writes one, and \`${SYNTH_COMMAND}\` a folder for --assembly`,
  );
}

/** `one-consumer=4`, or `OneConsumer=4` as the template calls it. */
function addEventMs(text: string, before: Readonly<Record<string, number>>): Record<string, number> {
  const [, name = '', ms = ''] = /^([\w-]+)=(.*)$/.exec(text) ?? [];
  if (name === '') throw usageError(`--event-ms ${JSON.stringify(text)} is no time`, 'write CONSUMER=4');
  return { ...before, [pascalCase(name)]: number(ms, `--event-ms ${name}`, 900_000) };
}

function addQuota(text: string, before: Partial<Quotas>): Partial<Quotas> {
  const [, name = '', value = ''] = /^(\w+)=(.*)$/.exec(text) ?? [];
  const names = Object.keys(QUOTAS);
  if (name === '') {
    throw usageError(
      `--quota ${JSON.stringify(text)} is no quota`,
      `write NAME=60000; names are ${names.join(', ')}`,
    );
  }
  if (!isQuotaName(name)) {
    const meant = nearestWord(name, names);
    throw usageError(
      `--quota names ${name}, which is none`,
      meant === undefined ? `one of ${names.join(', ')}` : `did you mean ${meant}?`,
    );
  }
  return { ...before, [name]: number(value, `--quota ${name}`, 1e12) };
}
