import { Type } from 'typebox';
import { consumerFacts } from '../cost/cost-document.ts';
import { count, documentSchema, fields } from '../terminal/document.ts';

const stage = fields({
  service: Type.String({ description: 'S3, EventBridge, SQS, Lambda or DynamoDB.' }),
  what: Type.String({ description: 'What there is a limit of.' }),
  consumer: Type.Optional(Type.String({ description: 'Whose it is, by its id, where it is of one.' })),
  needed: Type.Number({ description: 'How much of it the asked rate takes.' }),
  limit: Type.Number({ description: 'How much of it there is.' }),
  unit: Type.String({ description: 'Of both.' }),
  limitedBy: Type.String({
    description: 'Where the limit stands: a quota by its name in `quotas`, or a property of the template.',
  }),
  source: Type.String({ description: 'The page of AWS’s documentation, or “template”.' }),
  uploadsPerSecond: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()], {
    description: 'The most uploads a second that it carries; null where it does not depend on them.',
  }),
  holds: Type.Boolean({ description: 'It carries the asked rate.' }),
  when: Type.Optional(
    Type.String({ description: 'Only then: such a limit is told, and does not decide what is carried.' }),
  ),
  advice: Type.String({ description: 'What to do where it does not hold.' }),
});

export const capacityDocument = documentSchema(
  'capacity',
  'What a pipeline carries, stage by stage, by its template and AWS’s quotas.',
  {
    quotasOf: Type.String({ description: 'The day and Region of the quota table.' }),
    quotas: Type.Record(Type.String(), Type.Number(), {
      description: 'AWS’s default, or what --quota says.',
    }),
    workload: fields({
      uploadsPerSecond: Type.Number(),
      prefixes: count('Over so many prefixes the uploads are spread evenly.'),
      csvShare: Type.Number({
        description: 'The share of the uploads assumed of a consumer which takes but some names: 0 to 1.',
      }),
      csvBytes: Type.Number({ description: 'Bytes of one object that a consumer reads.' }),
      shares: Type.Record(Type.String(), Type.Number(), {
        description: 'The share of the uploads that a consumer takes, by its id, where it was given.',
      }),
      eventMs: Type.Record(Type.String(), Type.Number(), {
        description: 'Milliseconds that a consumer takes for an event, by its id, where it was given.',
      }),
      keysGrow: Type.Boolean({
        description: 'Every key is greater than those before it, such as logs/2026/11/26/…',
      }),
    }),
    template: fields({
      consumers: Type.Array(
        fields({
          ...consumerFacts,
          maximumConcurrency: Type.Optional(count('Of its event source mapping, where it says so.')),
          maxReceiveCount: Type.Optional(count('Of its queue, where it has one.')),
        }),
      ),
      hasArchive: Type.Boolean(),
      wildcardRules: count('Rules of the pipeline whose pattern holds a wildcard.'),
    }),
    stages: Type.Array(stage, { description: 'In the order of an event’s way.' }),
    uploadsPerSecond: count('What all stages carry that are not of a condition.'),
    firstLimit: Type.Union([stage, Type.Null()], {
      description: 'The stage that carries least; null where none depends on the rate.',
    }),
    rampSeconds: Type.Record(Type.String(), Type.Number(), {
      description:
        'Seconds until Lambda has raised a consumer to what the asked rate takes, from nothing, by its id.',
    }),
    holds: Type.Boolean({ description: 'All stages carry the asked rate.' }),
  },
);
