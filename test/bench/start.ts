import { PipelineUnderTest } from '../support/pipeline.ts';
import { spread } from './statistics.ts';

/** From the spawn of `npm start`'s process, on a synthesized template, to its ready line. */
export async function startToReady(rounds: number): Promise<string> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const began = performance.now();
    await using pipeline = await PipelineUnderTest.start();
    times.push(performance.now() - began);
    if (pipeline.bucket === '') throw new Error('the pipeline has no bucket');
  }
  return spread(times, 'ms');
}
