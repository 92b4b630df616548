import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** ARN of every replay of the account and Region: that of one does not say of which archive it is. */
export const replays = (scope: Construct): string =>
  Stack.of(scope).formatArn({ service: 'events', resource: 'replay', resourceName: '*' });
