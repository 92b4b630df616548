import { sluice } from '../../cli/command-line.ts';
import { fakeStreams } from './fake-streams.ts';
import type { PipelineUnderTest } from './pipeline.ts';
import type { Ran } from './sluice.ts';

/** A command line in this process, against a pipeline under test: it costs a tenth of a process of its own. */
export const sluiceInside = ({ dataDir }: PipelineUnderTest, ...args: string[]): Promise<Ran> =>
  runInside(...args, '--data-dir', dataDir);

/** The same with the arguments alone. */
export async function runInside(...args: string[]): Promise<Ran> {
  const streams = fakeStreams();
  const exitCode = await sluice(args, streams);
  const stdout = streams.out();
  return {
    exitCode,
    stdout,
    stderr: streams.err(),
    json: <Document>() => JSON.parse(stdout) as Document,
  };
}
