import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { PipelineUnderTest } from '../support/pipeline.ts';
import type { Asked, Check } from './belief.ts';
import { runChecks, type CheckResult } from './run-checks.ts';
import type { Clients, Outputs } from './target.ts';

/** What a rehearsal has in the place of what the pipeline and the command line give. */
interface Otherwise {
  readonly asked?: Partial<Asked>;
  readonly clients?: Partial<Clients>;
  readonly outputs?: Outputs;
}

/** The checks against the local runtime. */
export async function rehearse(
  checks: readonly Check[],
  pipeline: PipelineUnderTest,
  { asked, clients, outputs }: Otherwise = {},
): Promise<{ readonly results: readonly CheckResult[]; readonly printed: readonly string[] }> {
  const { s3, sqs, events, lambda, tables, endpoint, credentials } = pipeline;
  const logs = new CloudWatchLogsClient({ endpoint, credentials, region: 'us-east-1' });
  const printed: string[] = [];
  const target = {
    outputs: { ...pipeline.outputs, ...outputs },
    clients: { s3, sqs, events, lambda, logs, tables, ...clients },
    asked: { withReplay: false, ...asked },
  };
  try {
    return { results: await runChecks(checks, target, (line) => printed.push(line)), printed };
  } finally {
    logs.destroy();
  }
}
