import { Type } from 'typebox';
import { count, documentSchema, fields } from '../terminal/document.ts';

export const costDocument = documentSchema('cost', 'A month, line by line.', {
  pricesOf: Type.String({ description: 'The day of the price table.' }),
  workload: fields({
    uploads: Type.Number(),
    csvShare: Type.Number(),
    csvBytes: Type.Number(),
    replayShare: Type.Number(),
    shares: Type.Record(Type.String(), Type.Number()),
  }),
  template: fields({
    consumers: Type.Array(
      fields({
        id: Type.String(),
        keeps: Type.Unknown({ description: 'What it keeps, as shared/keeps.ts describes it.' }),
        readsObjects: Type.Boolean(),
        readsRows: Type.Boolean(),
        batchSize: count(),
        windowSeconds: count(),
        memoryMb: count(),
      }),
    ),
    archiveDays: count(),
    alarms: count(),
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
