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

/** The pipeline's queries in CloudWatch Logs Insights, in a folder of its name, over the logs of all its functions. Saved ones cost nothing. */
export class SavedQueries extends Construct {
  constructor(scope: Construct, id: string, consumers: readonly Consumer[], { scopeName }: PipelineNames) {
    super(scope, id);
    const logGroupNames = consumers.flatMap(({ worker }) => worker?.handler.logGroup.logGroupName ?? []);
    if (logGroupNames.length === 0) return;
    for (const [name, lines] of Object.entries(QUERIES)) {
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
