import { AwsError } from '../protocols/aws-error.ts';
import type { Service } from '../gateway.ts';
import { authorize, type Principal } from '../iam.ts';
import { jsonService, type JsonOperation } from '../protocols/aws-json.ts';
import { Input } from '../protocols/input.ts';
import { lineFilter } from './filter-pattern.ts';
import { keptLines, type LogPlace } from './kept-log.ts';

export interface LogsOptions {
  /** Where the log of each group is kept, of the template as it is now. */
  readonly files: () => ReadonlyMap<string, string>;
  readonly region: string;
  readonly accountId: string;
}

// as in AWS
const MOST_EVENTS = 10_000;
const PAGE_BYTES = 1_048_576;
const STREAM = 'local';

/**
 * CloudWatch Logs over the functions' kept logs: what an operator reads them with. Each group has one stream.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
 */
export function logsService({ files, region, accountId }: LogsOptions): Service {
  const arnOf = (group: string) => `arn:aws:logs:${region}:${accountId}:log-group:${group}`;
  const fileOf = (input: Input, principal: Principal): string => {
    const identifier = input.optionalText('logGroupIdentifier');
    const name = input.optionalText('logGroupName') ?? identifier?.replace(/^arn:.*:log-group:/, '') ?? '';
    authorize(principal, 'logs:FilterLogEvents', `${arnOf(name)}:*`);
    const file = files().get(name);
    if (file === undefined) {
      throw new AwsError('ResourceNotFoundException', `The specified log group does not exist: ${name}`);
    }
    return file;
  };
  const operations: Record<string, (input: Input, principal: Principal) => unknown> = {
    FilterLogEvents: async (input, principal) => await filterLogEvents(fileOf(input, principal), input),
    DescribeLogGroups(input, principal) {
      authorize(principal, 'logs:DescribeLogGroups', `${arnOf('')}:*`);
      const prefix = input.optionalText('logGroupNamePrefix') ?? '';
      input.finish();
      return {
        logGroups: [...files().keys()]
          .filter((name) => name.startsWith(prefix))
          .toSorted()
          .map((logGroupName) => ({
            logGroupName,
            arn: `${arnOf(logGroupName)}:*`,
            logGroupArn: arnOf(logGroupName),
          })),
      };
    },
  };
  return jsonService({
    name: 'CloudWatch Logs',
    contentType: 'application/x-amz-json-1.1',
    operations: Object.fromEntries(
      Object.entries(operations).map(([name, answer]): [string, JsonOperation] => [
        name,
        (fields, { principal }) =>
          answer(new Input(`CloudWatch Logs ${name}`, fields, 'InvalidParameterException'), principal),
      ]),
    ),
  });
}

async function filterLogEvents(file: string, input: Input): Promise<object> {
  const sinceMs = input.integer('startTime', 0, Number.MAX_SAFE_INTEGER) ?? 0;
  const untilMs = input.integer('endTime', 0, Number.MAX_SAFE_INTEGER) ?? Infinity;
  const limit = input.integer('limit', 1, MOST_EVENTS) ?? MOST_EVENTS;
  const isWanted = lineFilter(input.optionalText('filterPattern') ?? '');
  const place = placeOf(input.optionalText('nextToken'));
  input.passOver('interleaved');
  input.finish();
  const events: object[] = [];
  let bytes = 0;
  for await (const { id, timestampMs, message, behind } of keptLines(file, { sinceMs, place })) {
    if (timestampMs >= untilMs || !isWanted(message)) continue;
    events.push({
      eventId: id,
      logStreamName: STREAM,
      timestamp: timestampMs,
      ingestionTime: timestampMs,
      message,
    });
    bytes += Buffer.byteLength(message);
    if (events.length >= limit || bytes >= PAGE_BYTES) {
      return { events, searchedLogStreams: [], nextToken: `${behind.inode}-${behind.offset}` };
    }
  }
  return { events, searchedLogStreams: [] };
}

function placeOf(token: string | undefined): LogPlace | undefined {
  if (token === undefined) return undefined;
  const [, inode, offset] = /^(\d+)-(\d+)$/.exec(token) ?? [];
  if (inode === undefined || offset === undefined) {
    throw new AwsError('InvalidParameterException', `The specified nextToken is invalid: ${token}`);
  }
  return { inode: Number(inode), offset: Number(offset) };
}
