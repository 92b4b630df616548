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
} from 'cdk-nag';
import { consumers } from '../../../infra/consumers.ts';
import { PipelineStack } from '../../../infra/pipeline-stack.ts';
import { stageFromContext } from '../../../infra/stage.ts';

/** The packs by the names that they have in the report. CDK's own rules run too, and are in the report only where they find something. */
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
  /** Every pack that ran, by its name in the report. */
  readonly ran: readonly string[];
  readonly findings: readonly Finding[];
}

interface Report {
  readonly pluginReports: readonly {
    readonly pluginName: string;
    readonly violations: readonly {
      readonly ruleName: string;
      readonly violatingConstructs: readonly { readonly constructPath?: string }[];
    }[];
  }[];
}

const PROJECT_DIR = resolve(import.meta.dirname, '../../..');

/**
 * What the packs find in the stack that the context describes, synthesized into `outdir` without the functions' bundles.
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
  change(new PipelineStack(app, `Sluice-${stage.name}`, { stage, consumers }));
  Validations.of(app).addPlugins(...plugins(app));
  app.synth();
  const { pluginReports } = JSON.parse(
    readFileSync(join(outdir, 'validation-report.json'), 'utf8'),
  ) as Report;
  return {
    ran: pluginReports.map(({ pluginName }) => pluginName),
    findings: pluginReports.flatMap(({ pluginName, violations }) =>
      violations.flatMap(({ ruleName, violatingConstructs }) =>
        violatingConstructs.map(({ constructPath }) => ({
          pack: pluginName,
          rule: ruleName,
          path: constructPath,
        })),
      ),
    ),
  };
}

const plugins = (app: App): IPolicyValidationPlugin[] => [
  new AwsSolutionsChecks(app),
  new HIPAASecurityChecks(app),
  new NIST80053R4Checks(app),
  new NIST80053R5Checks(app),
  new PCIDSS321Checks(app),
  new ServerlessChecks(app),
  new CfnGuardValidator(),
];
