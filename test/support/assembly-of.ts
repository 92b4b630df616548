import { App, Stack } from 'aws-cdk-lib';
import type { ConsumerEntry } from '../../infra/consumer-definition.ts';
import { ObjectPipeline } from '../../infra/object-pipeline.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** The folder of an assembly whose stack Sluice-dev has one pipeline of this id, its functions bundled, for the runtime to run. */
export function assemblyOf(id: string, consumers: readonly ConsumerEntry[]): string {
  const outdir = temporaryFolder('assembly');
  const app = new App({ outdir, context: { stage: 'dev' }, analyticsReporting: false });
  new ObjectPipeline(new Stack(app, 'Sluice-dev'), id, { consumers });
  app.synth();
  return outdir;
}
