import { sluice } from '../../cli/command-line.ts';
import { fakeStreams } from './fake-streams.ts';
import type { PipelineUnderTest } from './pipeline.ts';
import type { Ran } from './sluice.ts';

/** A command line in this process, against a pipeline under test: quicker than a process of its own. */
export async function sluiceInside({ dataDir }: PipelineUnderTest, ...args: string[]): Promise<Ran> {
  const streams = fakeStreams();
  const exitCode = await sluice([...args, '--data-dir', dataDir], streams);
  const stdout = streams.out();
  return {
    exitCode,
    stdout,
    stderr: streams.err(),
    json: <Document>() => JSON.parse(stdout) as Document,
  };
}
