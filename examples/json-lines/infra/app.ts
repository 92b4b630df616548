import { PipelineStack, stageFromContext } from '@sluice-pipeline/sluice';
import { App } from 'aws-cdk-lib';
import { consumers } from './consumers.ts';

// `sluice start` says where the assembly goes; the CDK's command line does so by itself
const outdir = process.env['CDK_OUTDIR'];
const app = new App({ ...(outdir !== undefined && { outdir }), analyticsReporting: false });
const stage = stageFromContext(app.node);

new PipelineStack(app, `JsonLines-${stage.name}`, { stage, consumers });
app.synth();
