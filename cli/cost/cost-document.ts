import { Type } from 'typebox';
import { count, documentSchema, fields } from '../terminal/document.ts';

/** A consumer as the template says it. */
export const consumerFacts = {
  id: Type.String({ description: 'What its logical ids and outputs begin with: OneConsumer' }),
  target: Type.Optional(
    Type.Enum(['queue', 'bus', 'state-machine'], {
      description: 'Where its rule sends, where that is no function of the stack.',
    }),
  ),
  keeps: Type.Unknown({ description: 'What it keeps, as shared/keeps.ts describes it.' }),
  readsObjects: Type.Boolean({ description: 'Its role may read objects of the ingest bucket.' }),
  readsRows: Type.Boolean({
    description:
      'Its role may read its row: it looks at it before it works on what comes again, and does no event twice.',
  }),
  batchSize: count('0 where it has no function, as the two below.'),
  windowSeconds: count(),
  memoryMb: count(),
  isTraced: Type.Boolean({ description: 'Lambda begins traces of it.' }),
  loggedCounts: Type.Array(Type.String(), {
    description: 'What its function counts in its log alone: no metrics of CloudWatch.',
  }),
  loggedSuccesses: Type.Number({
    description: 'The share of live events whose success it logs: 0 to 1.',
  }),
};

export const costDocument = documentSchema('cost', 'A month, line by line.', {
  pricesOf: Type.String({ description: 'The day of the price table.' }),
  workload: fields({
    uploads: Type.Number(),
    csvShare: Type.Number({
      description:
        'The share of the uploads that is assumed of a consumer which takes but some names: 0 to 1.',
    }),
    csvBytes: Type.Number({ description: 'Bytes of one CSV, or of another object that a consumer reads.' }),
    replayShare: Type.Number({
      description: 'The share of the events that are replayed once, to every consumer: 0 to 1.',
    }),
    shares: Type.Record(Type.String(), Type.Number(), {
      description: 'The share of the uploads that a consumer takes, by its id, where it was given: 0 to 1.',
    }),
  }),
  template: fields({
    consumers: Type.Array(fields(consumerFacts)),
    archiveDays: count('0 = for ever'),
    logDays: count('How long the functions’ logs are kept; 0 = for ever, or where there are none'),
    ownMetrics: count('Metrics of consumers’ own, beside those that every function counts.'),
    alarms: count(),
    alarmMetrics: count(
      'What alarms are billed by: one on a calculation counts each metric that goes into it.',
    ),
    leastAlarmMetrics: count('As many of them as the cheapest setting has.'),
    compositeAlarms: count(),
    dashboards: count(),
  }),
  assumptions: Type.Record(Type.String(), Type.Number()),
  lines: Type.Array(
    fields({
      service: Type.String(),
      what: Type.String(),
      quantity: Type.Number(),
      unit: Type.String(),
      unitUsd: Type.Number(),
      usd: Type.Number(),
    }),
  ),
  usd: Type.Number(),
  perEvent: Type.Array(
    fields({
      consumer: Type.String({ description: 'Its id.' }),
      isReplayed: Type.Boolean({
        description: 'Of an event that a replay brings again; else of a live one.',
      }),
      eventsPerInvocation: Type.Number({ description: 'How many share what is of an invocation.' }),
      sdkCalls: Type.Record(Type.String(), Type.Number(), {
        description: 'Calls of the function itself, by operation: `{ "PutItem": 1 }`',
      }),
      sqsRequests: Type.Number({ description: 'EventBridge’s, and Lambda’s.' }),
      writeUnits: Type.Number({ description: 'Of DynamoDB, without its index.' }),
      readUnits: Type.Number(),
      logBytes: Type.Number(),
      usdPerMillion: Type.Number({
        description:
          'A million of these events: SQS, Lambda, DynamoDB, S3 and written logs; nothing by the month.',
      }),
    }),
    { description: 'What an event takes at each consumer that has a function.' },
  ),
  observability: fields({
    usd: Type.Number({ description: 'What of it is for logs, metrics, alarms, dashboard and traces.' }),
    usdPerMillionUploads: Type.Union([Type.Number(), Type.Null()], {
      description: 'null without an upload.',
    }),
    cheapest: fields({
      setting: Type.String({ description: 'For the CDK: `-c observability=least …`' }),
      usd: Type.Number({ description: 'The same with it.' }),
    }),
  }),
});
