import '../shared/require-node-24.mjs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { consumers } from './consumers.ts';
import { PipelineStack } from './pipeline-stack.ts';
import { stackPropsFromContext } from './stack-context.ts';
import { stageFromContext } from './stage.ts';
import { whatIfLines } from './what-if.ts';

const projectDir = dirname(import.meta.dirname);

// the CLI hands cdk.json's context to the app, `node infra/app.ts` does not: read here, both give the same template
const { context } = JSON.parse(await readFile(join(projectDir, 'cdk.json'), 'utf8')) as {
  context: Record<string, unknown>;
};
const app = new App({
  outdir: process.env['CDK_OUTDIR'] ?? join(projectDir, 'cdk.out'),
  // traces name the checkout's folders: without them any machine gives the same bytes
  context: { ...context, 'aws:cdk:disable-creation-stack-traces': true },
  analyticsReporting: false,
  // a slow machine would add a file to the assembly
  performanceReporting: false,
});
const stage = stageFromContext(app.node);
const stack = stackPropsFromContext(app.node, stage);
new PipelineStack(app, stack.stackName, { ...stack, stage, consumers });
const { stacksRecursively } = app.synth();
for (const line of whatIfLines(app.node.tryGetContext('whatIf'), stacksRecursively)) {
  process.stderr.write(`${line}\n`);
}
