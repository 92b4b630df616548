import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CfnGuardValidator } from '@cdklabs/cdk-validator-cfnguard';
import { App, Validations, type IPolicyValidationPlugin } from 'aws-cdk-lib';
import {
  AwsSolutionsChecks,
  HIPAASecurityChecks,
  NIST80053R4Checks,
  NIST80053R5Checks,
  PCIDSS321Checks,
  ServerlessChecks,
  type NagPack,
} from 'cdk-nag';
import { consumers } from '../../../infra/consumers.ts';
import { PipelineStack } from '../../../infra/pipeline-stack.ts';
import type { Acknowledgement } from '../../../infra/security/acknowledgement.ts';
import { acknowledgeFindings, acknowledgements } from '../../../infra/security/acknowledgements.ts';
import { stageFromContext } from '../../../infra/stage.ts';

/** The packs by their names. CDK’s own rules run beside them. */
export const PACKS = [
  'AwsSolutions',
  'HIPAA.Security',
  'NIST.800.53.R4',
  'NIST.800.53.R5',
  'PCI.DSS.321',
  'Serverless',
  'cdk-validator-cfnguard',
] as const;

/** The stacks that are judged, and what the context says of each. */
export const JUDGED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  dev: { stage: 'dev' },
  prod: { stage: 'prod' },
  kms: { stage: 'prod', kms: 'true' },
  vpc: { stage: 'prod', vpc: 'true' },
  lock: { stage: 'prod', ledgerLock: '365' },
  everything: {
    stage: 'prod',
    kms: 'true',
    vpc: 'true',
    reservedConcurrency: 'true',
    ledgerLock: '365',
    ledgerLockInPlace: 'true',
  },
};

/** One rule of one pack that one resource does not keep. */
export interface Finding {
  readonly pack: string;
  /** `HIPAA.Security-S3BucketLoggingEnabled`, `AwsSolutions-IAM5[Resource::*]` */
  readonly rule: string;
  /** Path of the construct; a few rules tell none. */
  readonly path: string | undefined;
}

export interface Judgement {
  /** Every pack that the CDK had judge the stack, and that came to a judgement. */
  readonly ran: readonly string[];
  /** What the packs would report if nothing were acknowledged. */
  readonly found: readonly Finding[];
  readonly acknowledged: readonly Acknowledgement[];
  /** What the report holds. */
  readonly left: readonly Finding[];
}

interface Violation {
  readonly ruleName: string;
  readonly violatingConstructs: readonly { readonly constructPath?: string }[];
}

interface Report {
  readonly pluginReports: readonly {
    readonly pluginName: string;
    readonly violations: readonly Violation[];
    readonly suppressedViolations?: readonly Violation[];
  }[];
}

const PROJECT_DIR = resolve(import.meta.dirname, '../../..');
const GUARD = 'cdk-validator-cfnguard';

/**
 * What the packs find in the stack that the context describes, synthesized into `outdir` without the functions' bundles, before and
 * behind its acknowledgements.
 *
 * @param change what is done to the stack before it is judged
 */
export function judge(
  outdir: string,
  context: Readonly<Record<string, string>>,
  change: (stack: PipelineStack) => void = () => {},
): Judgement {
  const { context: flags } = JSON.parse(readFileSync(join(PROJECT_DIR, 'cdk.json'), 'utf8')) as {
    context: Record<string, unknown>;
  };
  const app = new App({
    outdir,
    context: {
      ...flags,
      ...context,
      'aws:cdk:bundling-stacks': [],
      'aws:cdk:disable-creation-stack-traces': true,
      // the report holds what was found; the CDK would print it too, and throw
      '@aws-cdk/core:failSynthOnValidationErrors': false,
    },
    analyticsReporting: false,
  });
  const stage = stageFromContext(app.node);
  const stack = new PipelineStack(app, `Sluice-${stage.name}`, { stage, consumers });
  change(stack);
  const packs = nagPacks(app);
  // what cdk-nag finds acknowledged it keeps to itself
  const foundByNag = packs.flatMap((pack) =>
    pack.validateScope(app).violations.flatMap(({ ruleName, violatingResources }) =>
      violatingResources.map(({ constructPath }): Finding => ({
        pack: pack.name,
        rule: ruleName,
        path: constructPath,
      })),
    ),
  );
  const acknowledged = acknowledgements(stack.pipeline);
  acknowledgeFindings(stack.pipeline);
  const ran: string[] = [];
  const plugins = [...packs, new CfnGuardValidator()];
  Validations.of(app).addPlugins(...plugins.map((plugin) => told(plugin, ran)));
  app.synth();
  const { pluginReports } = JSON.parse(
    readFileSync(join(outdir, 'validation-report.json'), 'utf8'),
  ) as Report;
  const left = pluginReports.flatMap(({ pluginName, violations }) => findingsIn(pluginName, violations));
  const suppressed = pluginReports
    .filter(({ pluginName }) => pluginName === GUARD)
    .flatMap(({ suppressedViolations = [] }) => findingsIn(GUARD, suppressedViolations));
  return {
    ran,
    found: [
      ...foundByNag,
      ...left.filter(({ pack }) => packs.every(({ name }) => name !== pack)),
      ...suppressed,
    ],
    acknowledged,
    left,
  };
}

/** The plugin, which says when it has judged: in the report it is only where it found something. */
const told = (plugin: IPolicyValidationPlugin, ran: string[]): IPolicyValidationPlugin => ({
  name: plugin.name,
  validate: (context) => {
    const judgement = plugin.validate(context);
    ran.push(plugin.name);
    return judgement;
  },
});

const nagPacks = (app: App): NagPack[] => [
  new AwsSolutionsChecks(app),
  new HIPAASecurityChecks(app),
  new NIST80053R4Checks(app),
  new NIST80053R5Checks(app),
  new PCIDSS321Checks(app),
  new ServerlessChecks(app),
];

const findingsIn = (pack: string, violations: readonly Violation[]): Finding[] =>
  violations.flatMap(({ ruleName, violatingConstructs }) =>
    violatingConstructs.map(({ constructPath }) => ({ pack, rule: ruleName, path: constructPath })),
  );
