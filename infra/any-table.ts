import type { ITable, Table, TableV2 } from 'aws-cdk-lib/aws-dynamodb';

/** A table that the app makes, or one that it only names. With `exactOptionalPropertyTypes` the CDK's classes do not fit their interface. */
export type AnyTable = ITable | Table | TableV2;
