import { AwsError } from '../protocols/aws-error.ts';

/** What CloudWatch says of a filter pattern that it does not understand. */
export const invalidPattern = (pattern: string, why: string): AwsError =>
  new AwsError('InvalidParameterException', `Invalid filter pattern ${JSON.stringify(pattern)}: ${why}`);
