import { LogFormatter, LogItem } from '@aws-lambda-powertools/logger';
import type { LogAttributes, UnformattedAttributes } from '@aws-lambda-powertools/logger/types';

/**
 * Powertools' lines without what each would repeat and each is paid for: the function's name and memory, which Lambda says in its own
 * report, a cold start that was none, and the id of a trace that nobody records.
 */
export class ShortLines extends LogFormatter {
  formatAttributes(attributes: UnformattedAttributes, more: LogAttributes): LogItem {
    const { logLevel, message, timestamp, serviceName, lambdaContext, xRayTraceId } = attributes;
    return new LogItem({
      attributes: {
        level: logLevel,
        message,
        timestamp: this.formatTimestamp(timestamp),
        service: serviceName,
        cold_start: lambdaContext?.coldStart === true ? true : undefined,
        function_request_id: lambdaContext?.awsRequestId,
        xray_trace_id: isTraced() ? xRayTraceId : undefined,
      },
    }).addAttributes(more);
  }
}

/** `Root=1-5759e988-bd862e3fe1be46a994272793;Parent=557abcec3ee5a047;Sampled=1` */
const isTraced = (): boolean => process.env['_X_AMZN_TRACE_ID']?.includes('Sampled=1') === true;
