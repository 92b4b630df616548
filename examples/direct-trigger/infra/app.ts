import { App } from 'aws-cdk-lib';
import { DirectTriggerStack } from './direct-trigger-stack.ts';

// `sluice start` says where the assembly goes; the CDK's command line does so by itself
const outdir = process.env['CDK_OUTDIR'];
const app = new App({ ...(outdir !== undefined && { outdir }), analyticsReporting: false });

new DirectTriggerStack(app, 'Orders', {
  filters: [{ prefix: 'incoming/', suffix: '.json' }],
  // -c uploaderAccount=222233334444: who may put objects under incoming/ from another account
  uploaderAccountId: app.node.tryGetContext('uploaderAccount') as string | undefined,
  // -c alias=live: S3 invokes that alias of the function, and not its newest code
  alias: app.node.tryGetContext('alias') as string | undefined,
});
app.synth();
