import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeTableCommand, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import {
  DescribeArchiveCommand,
  ListReplaysCommand,
  ListRulesCommand,
  PutEventsCommand,
  PutRuleCommand,
  StartReplayCommand,
} from '@aws-sdk/client-eventbridge';
import {
  ListEventSourceMappingsCommand,
  ListFunctionsCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { ListQueuesCommand, StartMessageMoveTaskCommand } from '@aws-sdk/client-sqs';
import { DeleteCommand, GetCommand, PutCommand, QueryCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { Thief, Tries } from './scene.ts';

const ACCOUNT = '000000000000';
const METADATA = 'UploadMetadataTableName';
const COUNTS = 'ProcessedFilesTableName';

let replays = 0;

const getRow = async (thief: Thief, table: string, Key: Record<string, string>) =>
  await thief.rows.send(new GetCommand({ TableName: thief.told(table), Key }));

const putRow = async (thief: Thief, table: string, Item: Record<string, string>) =>
  await thief.rows.send(new PutCommand({ TableName: thief.told(table), Item }));

/** What can be tried with the tables, and with what is not one consumer's own. */
export const TRIES_OF_SERVICES: Tries = {
  'read a row of the metadata': (thief) =>
    getRow(thief, METADATA, { bucket: thief.scene.ingest, object_key: 'csv/orders.csv' }),
  'read a row of the metadata elsewhere': (thief) =>
    getRow(thief, METADATA, { bucket: thief.scene.ingest, object_key: 'private/salaries.txt' }),
  'read a row of another bucket': (thief) =>
    getRow(thief, METADATA, { bucket: 'another', object_key: 'csv/orders.csv' }),
  'write a row of the metadata': (thief) =>
    putRow(thief, METADATA, { bucket: thief.scene.ingest, object_key: 'csv/stolen.csv' }),
  'write a row of another bucket': (thief) =>
    putRow(thief, METADATA, { bucket: 'another', object_key: 'csv/stolen.csv' }),
  'delete a row of the metadata': (thief) =>
    thief.rows.send(
      new DeleteCommand({
        TableName: thief.told(METADATA),
        Key: { bucket: thief.scene.ingest, object_key: 'csv/orders.csv' },
      }),
    ),
  'query the metadata': (thief) =>
    thief.rows.send(
      new QueryCommand({
        TableName: thief.told(METADATA),
        KeyConditionExpression: '#b = :b',
        ExpressionAttributeNames: { '#b': 'bucket' },
        ExpressionAttributeValues: { ':b': thief.scene.ingest },
      }),
    ),
  'scan the metadata': (thief) => thief.rows.send(new ScanCommand({ TableName: thief.told(METADATA) })),
  'read a count under csv/': (thief) => getRow(thief, COUNTS, { file_key: 'csv/orders.csv' }),
  'read a count elsewhere': (thief) => getRow(thief, COUNTS, { file_key: 'private/salaries.txt' }),
  'write a count': (thief) => putRow(thief, COUNTS, { file_key: 'csv/stolen.csv' }),
  'delete a count': (thief) =>
    thief.rows.send(
      new DeleteCommand({ TableName: thief.told(COUNTS), Key: { file_key: 'csv/orders.csv' } }),
    ),
  'scan the counts': (thief) => thief.rows.send(new ScanCommand({ TableName: thief.told(COUNTS) })),
  'describe a table': (thief) =>
    thief.rows.send(new DescribeTableCommand({ TableName: thief.told(METADATA) })),
  'list tables': ({ rows }) => rows.send(new ListTablesCommand()),

  'publish an event': ({ events }) =>
    events.send(new PutEventsCommand({ Entries: [{ Source: 'thief', DetailType: 'x', Detail: '{}' }] })),
  'list rules': ({ events }) => events.send(new ListRulesCommand()),
  'make a rule': ({ events }) =>
    events.send(new PutRuleCommand({ Name: 'thief', EventPattern: '{"source":["aws.s3"]}' })),
  'see the archive': (thief) =>
    thief.events.send(new DescribeArchiveCommand({ ArchiveName: thief.told('EventArchiveName') })),
  'list replays': ({ events }) => events.send(new ListReplaysCommand()),
  'replay everything': (thief) =>
    thief.events.send(
      new StartReplayCommand({
        ReplayName: `thief-${replays++}`,
        EventSourceArn: `arn:aws:events:us-east-1:${ACCOUNT}:archive/${thief.told('EventArchiveName')}`,
        EventStartTime: new Date('2020-01-01T00:00:00Z'),
        EventEndTime: new Date('2020-01-02T00:00:00Z'),
        Destination: { Arn: `arn:aws:events:us-east-1:${ACCOUNT}:event-bus/default` },
      }),
    ),

  'list functions': ({ lambda }) => lambda.send(new ListFunctionsCommand()),
  'list mappings': ({ lambda }) => lambda.send(new ListEventSourceMappingsCommand()),
  'switch a mapping': ({ lambda, scene }) =>
    lambda.send(new UpdateEventSourceMappingCommand({ UUID: scene.mappingUuid, Enabled: true })),
  'list queues': ({ sqs }) => sqs.send(new ListQueuesCommand()),
  'move the letters of MetadataWriter': (thief) =>
    thief.sqs.send(
      new StartMessageMoveTaskCommand({
        SourceArn: thief.queueArn('MetadataWriterDeadLetterQueueUrl'),
        DestinationArn: thief.queueArn('MetadataWriterQueueUrl'),
      }),
    ),
  'list logs': ({ logs }) => logs.send(new DescribeLogGroupsCommand()),
  'describe the stack': ({ stacks }) => stacks.send(new DescribeStacksCommand()),
  'start a state machine': ({ states }) =>
    states.send(
      new StartExecutionCommand({
        stateMachineArn: `arn:aws:states:us-east-1:${ACCOUNT}:stateMachine:other`,
      }),
    ),
};
