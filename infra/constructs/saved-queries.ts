import { CfnQueryDefinition } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { PipelineNames } from '../pipeline-names.ts';
import type { Consumer } from './consumer.ts';

/**
 * What an on-call engineer asks the logs first, by name. Fields are those of shared/log-fields.ts and Powertools' own.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html
 */
export const QUERIES: Readonly<Record<string, readonly string[]>> = {
  'slowest objects': [
    'fields @timestamp, service, key, outcome, duration_ms, request_id',
    'filter ispresent(outcome) and ispresent(duration_ms)',
    'sort duration_ms desc',
    'limit 50',
  ],
  'by reason': [
    'fields coalesce(reason, status, error.name) as why',
    'filter outcome in ["failed", "dead-lettered", "skipped"] or ispresent(status)',
    'stats count(*) as events, latest(@timestamp) as last by service, outcome, why',
    'sort events desc',
  ],
  "one key's life": [
    'fields @timestamp, service, outcome, message, event_name, request_id, receive_count, reason, error.message',
    '# the key, as S3 has it, or the request that S3 answered in x-amz-request-id',
    'filter key = "csv/orders.csv" or request_id = "N4N7GDK58NMKJ12R"',
    'sort @timestamp asc',
    'limit 1000',
  ],
};

/** Asked in the log alone where a function's counts are no metrics: their sums, and the oldest event of each invocation. */
const COUNTED: readonly string[] = [
  'filter ispresent(counted.Recorded) or ispresent(counted.Superseded) or ispresent(counted.Skipped)',
  [
    'stats sum(counted.Recorded) as recorded, sum(counted.Superseded) as superseded, sum(counted.Skipped) as skipped',
    'pct(counted.EventAge, 50) as age_p50_ms, pct(counted.EventAge, 95) as age_p95_ms, pct(counted.EventAge, 99) as age_p99_ms by service, bin(1h)',
  ].join(', '),
];

/** The pipeline's queries in CloudWatch Logs Insights, in a folder of its name, over the logs of all its functions. Saved ones cost nothing. */
export class SavedQueries extends Construct {
  constructor(scope: Construct, id: string, consumers: readonly Consumer[], { scopeName }: PipelineNames) {
    super(scope, id);
    const logGroupNames = consumers.flatMap(({ worker }) => worker?.handler.logGroup.logGroupName ?? []);
    if (logGroupNames.length === 0) return;
    const isCountedInLogs = consumers.some(({ worker }) => worker?.countsInLog === true);
    const queries = { ...QUERIES, ...(isCountedInLogs && { 'what was counted': COUNTED }) };
    for (const [name, lines] of Object.entries(queries)) {
      new CfnQueryDefinition(this, name.replaceAll(/\W/g, ''), {
        name: `${scopeName}/${name}`,
        queryString: lines
          .map((line, at) => (at === 0 || line.startsWith('#') ? line : `| ${line}`))
          .join('\n'),
        logGroupNames,
      });
    }
  }
}
