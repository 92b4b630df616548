import { Type } from 'typebox';
import { count, documentSchema, fields } from '../terminal/document.ts';

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
    consumers: Type.Array(
      fields({
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
      }),
    ),
    archiveDays: count('0 = for ever'),
    alarms: count(),
    alarmMetrics: count(
      'What alarms are billed by: one on a calculation counts each metric that goes into it.',
    ),
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
});
