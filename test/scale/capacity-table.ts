import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { capacityOf } from '../../cli/capacity/capacity.ts';
import { capacityFacts, type CapacityFacts } from '../../cli/capacity/capacity-template.ts';
import { quotasWith } from '../../cli/capacity/quota-table.ts';
import type { Stage } from '../../cli/capacity/stage.ts';
import type { CapacityWorkload } from '../../cli/capacity/work.ts';
import { countText } from '../../cli/terminal/units.ts';
import { consumers } from '../../infra/consumers.ts';
import { PipelineStack } from '../../infra/pipeline-stack.ts';
import { stageFromContext } from '../../infra/stage.ts';

// app.test.ts validates the template, once; here it would take nine tenths of the time
process.env['CDK_VALIDATION'] = 'false';

/** Uploads a second. */
const RATES = [100, 1_000, 10_000, 100_000];

/** What the template of stage prod says. @param outdir an empty folder, for the CDK */
export function prodFacts(outdir: string): CapacityFacts {
  const context = { stage: 'prod', 'aws:cdk:bundling-stacks': [] };
  const app = new App({ context, outdir, analyticsReporting: false });
  const stage = stageFromContext(app.node);
  const template = Template.fromStack(new PipelineStack(app, 'Sluice-prod', { stage, consumers })).toJSON();
  return capacityFacts({ name: 'Sluice-prod', file: 'Sluice-prod.template.json', template }, undefined);
}

/** As `sluice capacity` has it where nothing else is said. */
export const assumedWorkload = (uploadsPerSecond: number): CapacityWorkload => ({
  uploadsPerSecond,
  prefixes: 1,
  csvShare: 0.2,
  csvBytes: 1e6,
  shares: {},
  eventMs: {},
  keysGrow: false,
});

/** Markdown: a line for each stage with what each rate takes of it; ✘ is more than there is. */
export function capacityTable(facts: CapacityFacts): string {
  const asked = RATES.map((rate) =>
    capacityOf({ workload: assumedWorkload(rate), facts, quotas: quotasWith({}) }),
  );
  const stages = asked[0]?.stages ?? [];
  const lines = stages.map((stage, index) => [
    `${nameOf(stage)}${stage.when === undefined ? '' : `; only ${stage.when}`}`,
    ...asked.map(({ stages: each }) => needText(each[index])),
    `${amountText(stage.limit)} ${stage.unit}`,
    sourceText(stage),
    stage.uploadsPerSecond === null ? 'any' : countText(stage.uploadsPerSecond),
  ]);
  const first = [
    '**carried, and the first limit**',
    ...asked.map(({ holds }) => (holds ? '✔' : '✘')),
    '',
    asked[0]?.firstLimit === null || asked[0] === undefined ? '' : nameOf(asked[0].firstLimit),
    `**${countText(asked[0]?.uploadsPerSecond ?? 0)}**`,
  ];
  return markdownTable(
    [
      'of an upload’s way',
      ...RATES.map((rate) => `${countText(rate)}/s`),
      'there is',
      'says',
      'carries, uploads/s',
    ],
    [...lines, first],
  );
}

/** Markdown: at each rate what does not hold, and what to do; nothing of conditions. */
export function adviceTable(facts: CapacityFacts): string {
  const lines = RATES.flatMap((rate) => {
    const { stages } = capacityOf({ workload: assumedWorkload(rate), facts, quotas: quotasWith({}) });
    const broken = stages.filter(({ holds, when }) => !holds && when === undefined);
    return broken.length === 0
      ? [[countText(rate), 'everything holds', '']]
      : broken.map((stage, index) => [index === 0 ? countText(rate) : '', nameOf(stage), stage.advice]);
  });
  return markdownTable(['uploads/s', 'what does not hold', 'what to do'], lines);
}

export function markdownTable(headings: readonly string[], lines: readonly (readonly string[])[]): string {
  return [headings, headings.map(() => '---'), ...lines]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

/** `Lambda, CsvRowCounter: batches at once` */
const nameOf = ({ service, consumer, what }: Stage): string =>
  `${service}${consumer === undefined ? '' : `, ${consumer}`}: ${what}`;

const needText = (stage: Stage | undefined): string =>
  stage === undefined ? '' : `${amountText(stage.needed)}${stage.holds ? '' : ' ✘'}`;

/** The page of AWS’s documentation, or the template’s property. */
const sourceText = ({ source, limitedBy }: Stage): string =>
  source === 'template' ? `template: \`${limitedBy}\`` : `[AWS](${source})`;

const amountText = (amount: number): string =>
  countText(amount >= 100 ? Math.round(amount) : Number(amount.toPrecision(2)));
