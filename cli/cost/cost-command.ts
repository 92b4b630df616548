import type { costDocument } from './cost-document.ts';
import type { DocumentOf } from '../terminal/document.ts';
import type { Command } from 'commander';
import { pascalCase } from '../../shared/pascal-case.ts';
import { ASSUMPTIONS } from './assumptions.ts';
import { assumedShares } from './consumer-work.ts';
import { monthlyCost } from './cost.ts';
import { observabilityCost, type ObservabilityCost } from './observability-cost.ts';
import { usageError } from '../cli-error.ts';
import { EXIT } from '../exit-code.ts';
import { perEvent } from './per-event.ts';
import { PER_EVENT_COLUMNS, perEventRow } from './per-event-rows.ts';
import { PRICES_OF } from './price-table.ts';
import type { Session } from '../session.ts';
import { readTemplate } from './template.ts';
import { bytesText, countText } from '../terminal/units.ts';
import { checkConsumersOf } from './known-consumers.ts';

interface CostFlags {
  readonly uploads: string;
  readonly csvShare: string;
  readonly size: string;
  readonly replays: string;
  readonly share: Readonly<Record<string, number>>;
  readonly assembly: string;
  readonly stack?: string;
  readonly pipeline?: string;
  readonly perEvent?: boolean;
  readonly json?: boolean;
}

const HELP = `
Arithmetic, no bill: list prices of one dated table, batch and memory sizes, alarms and retention from the synthesized
template, uploads spread evenly over the month. Not in it: free tiers, taxes, transfer, S3's own price for the uploads.

  sluice cost --uploads 1e6 --csv-share 0.2 --size 1MB
  sluice cost --share CONSUMER=0.05           when a consumer takes but few of them
  sluice cost --uploads 0                     what it costs to stand there
  sluice cost --per-event                     calls, requests, units and log bytes of one event
  sluice cost --stack Sluice-prod             after npx aws-cdk synth -q -c stage=prod
  sluice cost --pipeline Uploads              one of several in a stack`;

const SIZE_UNITS: Readonly<Record<string, number>> = { '': 1, B: 1, KB: 1e3, MB: 1e6, GB: 1e9 };

export function defineCost(command: Command, session: Session): void {
  command
    .option('--uploads <n>', 'uploads in a month', '1e6')
    .option(
      '--csv-share <share>',
      'share of the uploads that a consumer of some names takes, such as CSVs, 0 to 1',
      '0.2',
    )
    .option(
      '--size <size>',
      'size of a CSV, or of another object that a consumer reads: 500KB, 1MB, 2GB',
      '1MB',
    )
    .option(
      '--share <consumer=share>',
      'share of the uploads that this consumer takes, 0 to 1 (default: all, or --csv-share); can be repeated',
      addShare,
      {},
    )
    .option('--replays <share>', 'share of the events that are replayed once, 0 to 1', '0.1')
    .option('--assembly <dir>', 'folder of the synthesized template', 'cdk.out')
    .option('--stack <name>', 'its stack (default: the only one with a pipeline)')
    .option('--pipeline <id>', 'which of its pipelines (default: the only one, or Default)')
    .option('--per-event', 'what one event takes at each consumer, in place of the month')
    .option('--json', 'one JSON document on stdout, as sluice schema describes it')
    .addHelpText('after', HELP)
    .action(async (flags: CostFlags) => {
      const workload = {
        uploads: number(flags.uploads, '--uploads', 1e12),
        csvShare: number(flags.csvShare, '--csv-share', 1),
        csvBytes: size(flags.size),
        replayShare: number(flags.replays, '--replays', 1),
        shares: flags.share,
      };
      const template = await readTemplate(flags.assembly, flags);
      checkConsumersOf('--share', flags.share, template.consumers);
      const lines = monthlyCost(workload, template);
      const sum = lines.reduce((total, { usd }) => total + usd, 0);
      const observability = observabilityCost(workload, template);
      const terminal = session.terminal(flags);
      if (terminal.isJson) {
        terminal.document<DocumentOf<typeof costDocument>>({
          verb: 'cost',
          pricesOf: PRICES_OF,
          workload,
          template,
          assumptions: ASSUMPTIONS,
          lines,
          usd: sum,
          perEvent: perEvent(workload, template),
          observability,
        });
      } else if (flags.perEvent === true) {
        terminal.rows(PER_EVENT_COLUMNS, perEvent(workload, template).map(perEventRow));
        terminal.note(
          `of what several events share, each has its part at ${countText(workload.uploads)} uploads a month; prices of ${PRICES_OF}`,
        );
      } else {
        terminal.rows(
          [
            { heading: 'service', kind: 'name' },
            { heading: 'what', kind: 'text' },
            { heading: 'quantity', kind: 'count' },
            { heading: 'unit', kind: 'text' },
            { heading: '$ each', kind: 'count' },
            { heading: '$ a month', kind: 'count' },
          ],
          [...lines.filter(({ usd }) => usd > 0), total(sum)].map(
            ({ service, what, quantity, unit, unitUsd, usd }) => [
              service,
              what,
              quantity === undefined ? '' : rounded(quantity),
              unit,
              unitUsd === undefined ? '' : String(unitUsd),
              usd.toFixed(2),
            ],
          ),
        );
        const { csvBytes, uploads, csvShare } = workload;
        terminal.note(observabilityText(observability));
        for (const id of assumedShares(workload, template)) {
          terminal.note(
            `${percentText(csvShare)} of the uploads assumed for ${id}; --share ${id}=… says better`,
          );
        }
        terminal.note(
          `${countText(uploads)} uploads, ${bytesText(csvBytes)} each where they are read; prices of ${PRICES_OF}; the assumptions stand in --json and in cli/cost/assumptions.ts`,
        );
      }
      session.exitCode = EXIT.done;
    });
}

const total = (usd: number) => ({
  service: 'all',
  what: '',
  quantity: undefined,
  unit: '',
  unitUsd: undefined,
  usd,
});

/** `7.18 of it is for logs, metrics, alarms, dashboard and traces (…)` */
function observabilityText({ usd, usdPerMillionUploads, cheapest }: ObservabilityCost): string {
  const perMillion =
    usdPerMillionUploads === null ? '' : ` ($${usdPerMillionUploads.toFixed(2)} for a million uploads)`;
  const what = `$${usd.toFixed(2)} of it is for logs, metrics, alarms, dashboard and traces${perMillion}`;
  return usd - cheapest.usd < 0.005
    ? `${what}; there is no cheaper setting`
    : `${what}; the cheapest setting, \`${cheapest.setting}\`, has $${cheapest.usd.toFixed(2)}: docs/cost.md says what it leaves out`;
}

const percentText = (share: number): string => `${Number((share * 100).toPrecision(3))} %`;

const rounded = (quantity: number): string =>
  quantity >= 100 ? countText(Math.round(quantity)) : String(Number(quantity.toPrecision(3)));

/** `one-consumer=0.3`, or `OneConsumer=0.3` as the template calls it. */
export function addShare(text: string, shares: Readonly<Record<string, number>>): Record<string, number> {
  const [, name = '', share = ''] = /^([\w-]+)=(.*)$/.exec(text) ?? [];
  if (name === '') throw usageError(`--share ${JSON.stringify(text)} is no share`, 'write CONSUMER=0.3');
  const id = pascalCase(name);
  return { ...shares, [id]: number(share, `--share ${name}`, 1) };
}

export function number(text: string, flag: string, most: number): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (value >= 0 && value <= most) return value;
  throw usageError(`${flag} ${JSON.stringify(text)} is no number from 0 to ${most}`);
}

export function size(text: string): number {
  const [, amount = '', unit = ''] = /^(\d+(?:\.\d+)?) ?([KMG]?B|)$/i.exec(text) ?? [];
  const factor = SIZE_UNITS[unit.toUpperCase()];
  if (amount === '' || factor === undefined) {
    throw usageError(`--size ${JSON.stringify(text)} is no size`, 'write 500KB, 1MB or 2GB');
  }
  return Number(amount) * factor;
}
