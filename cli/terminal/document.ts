import { Type, type Static, type TInteger, type TOptional, type TProperties, type TSchema } from 'typebox';

/**
 * The type of a document, or of a part of one, by its schema: `DocumentOf<typeof lsDocument>`. A verb needs the type alone
 * to print its document: `import type` keeps the schema library out of its start.
 */
export type DocumentOf<Schema extends TSchema> = Immutable<Static<Schema>>;

type Immutable<Value> = Value extends object
  ? { readonly [Name in keyof Value]: Immutable<Value[Name]> }
  : Value;

/** What every document has. */
export interface AnyDocument {
  readonly schemaVersion: 1;
  /** Names the schema: `sluice schema VERB`. */
  readonly verb: string;
}

/** The schema of a verb's document: an object with these properties behind `schemaVersion` and `verb`, and no others. */
export const documentSchema = <Verb extends string, Properties extends TProperties>(
  verb: Verb,
  description: string,
  properties: Properties,
) =>
  Type.Object(
    { schemaVersion: Type.Literal(1), verb: Type.Literal(verb), ...properties },
    {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      title: `sluice ${verb} --json`,
      description,
      additionalProperties: false,
    },
  );

/** The schema of an object with these properties and no others. */
export const fields = <Properties extends TProperties>(properties: Properties, description?: string) =>
  Type.Object(properties, { additionalProperties: false, ...(description !== undefined && { description }) });

export const orNull = <Schema extends TSchema>(schema: Schema) => Type.Union([schema, Type.Null()]);

/** @param description what is counted, where the property's name does not say it */
export const count = (description?: string) =>
  Type.Integer({ minimum: 0, ...(description !== undefined && { description }) });

/** Counts by name: `{ "one-consumer": 3 }` */
export const counts = (description?: string) =>
  Type.Record(Type.String(), count(), description === undefined ? {} : { description });

/** Counts by these names and no others, where a name that is left out counts 0. */
export const countsOf = <Name extends string>(names: readonly Name[], description?: string) =>
  fields(
    Object.fromEntries(names.map((name) => [name, Type.Optional(count())])) as Record<
      Name,
      TOptional<TInteger>
    >,
    description,
  );

/** `2026-11-20T19:02:11.000Z` */
export const moment = Type.String({ format: 'date-time' });

export const consumerNames = Type.Array(Type.String());

/** Where a consumer's rule sends: see shared/consumer-target.ts. */
export const consumerTarget = Type.Enum(['function', 'queue', 'bus', 'state-machine'], {
  description:
    'function: its queue, which its function drains. queue: its queue, which somebody else drains. bus: another event bus. state-machine: an execution per event.',
});

/** Which pipeline a document is about. */
export const target = fields({
  kind: Type.Enum(['local', 'aws']),
  account: Type.String(),
  region: Type.String(),
  stack: Type.String(),
  pipeline: Type.Optional(
    Type.String({ description: 'Its id in the stack; absent for the one with the id Default.' }),
  ),
  endpoint: Type.Optional(
    Type.String({
      description:
        'Where the local runtime, or an emulator, answers; absent when AWS’s own endpoints are used.',
    }),
  ),
});

/** Stands last in a document whose list is written while it comes. */
export const isComplete = Type.Boolean({
  description: 'False when it was interrupted or broke off: what would have followed was not looked at.',
});

/** In AWS, where nobody can look into a queue. */
export const queued = counts(
  'In AWS, where nobody can look into a queue: about how many messages each consumer’s holds.',
);

/** Where the objects came from, when not from the bucket's listing. */
export const inventory = fields({
  manifest: Type.String({ description: 'Its manifest.json: a file, or s3://…' }),
  createdAt: Type.String({ format: 'date-time', description: 'What changed later is not in it.' }),
});
