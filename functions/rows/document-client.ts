import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/**
 * DynamoDB in plain values: undefined attributes are left out, bigint is a number, and an integer that a double cannot
 * hold is refused by the SDK. A request that hangs fails within seconds and is retried, instead of taking the whole
 * batch past the function's timeout.
 */
export const documentClient = DynamoDBDocumentClient.from(
  new DynamoDBClient({
    requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
  }),
  { marshallOptions: { removeUndefinedValues: true } },
);
