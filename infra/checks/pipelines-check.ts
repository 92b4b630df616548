import { Stack } from 'aws-cdk-lib';
import type { AnyTable } from '../any-table.ts';
import type { IConstruct } from 'constructs';
import type { PipelineNames } from '../pipeline-names.ts';

/** A pipeline as far as it can get in the way of another. */
interface Neighbour extends IConstruct {
  readonly names: PipelineNames;
  readonly outputNames: readonly string[];
  readonly consumers: readonly { readonly name: string }[];
  readonly tables: ReadonlyMap<string, AnyTable>;
}

/**
 * Refuses a pipeline that would be taken for another of the same app: by its outputs, by its queues, or because both keep
 * rows in one table.
 *
 * @throws Error naming both and what to do
 */
export function refuseClashes(pipeline: Neighbour, others: readonly Neighbour[]): void {
  refuseSharedTables(pipeline, [pipeline, ...others]);
  for (const other of others) {
    if (Stack.of(other) === Stack.of(pipeline)) {
      refuseOneOutput(pipeline, other);
      refuseBeginning(pipeline, other);
      refuseBeginning(other, pipeline);
    }
    refuseOneQueue(pipeline, other);
  }
}

/** Two pipelines of one id, in different constructs of the stack. */
function refuseOneOutput(pipeline: Neighbour, other: Neighbour): void {
  const output = pipeline.outputNames.find((name) => other.outputNames.includes(name));
  if (output !== undefined) {
    throw refusal(
      pipeline,
      `it and ${other.node.path} would both have the output ${output}; give one of them another id`,
    );
  }
}

/** Programs find what belongs to a pipeline by what its outputs begin with. */
function refuseBeginning(pipeline: Neighbour, { node, outputNames }: Neighbour): void {
  const { outputPrefix } = pipeline.names;
  if (outputPrefix === '') return;
  const output = outputNames.find((name) => name.startsWith(outputPrefix));
  if (output !== undefined) {
    throw refusal(
      pipeline,
      `its outputs begin with ${outputPrefix}, and so does ${output} of ${node.path}; give one of them another id`,
    );
  }
}

/** The name of a queue is taken once in an account and Region. */
function refuseOneQueue(pipeline: Neighbour, other: Neighbour): void {
  if (Stack.of(pipeline).environment !== Stack.of(other).environment) return;
  const queues = queueNames(pipeline);
  const queue = queueNames(other).find((name) => queues.includes(name));
  if (queue !== undefined) {
    throw refusal(
      pipeline,
      `it and ${other.node.path} would both have the queue ${queue}; give one of them another id, or its stack another name`,
    );
  }
}

const queueNames = ({ names, consumers }: Neighbour): readonly string[] =>
  consumers.map(({ name }) => `${names.scopeName}-${name}`);

/** Rows do not say which pipeline wrote them: the one would call the other's missing, foreign or stale, and mend them. */
function refuseSharedTables(pipeline: Neighbour, all: readonly Neighbour[]): void {
  for (const [output, table] of pipeline.tables) {
    for (const other of all) {
      const shared = [...other.tables].find(
        ([name, one]) => !(other === pipeline && name === output) && isOneTable(one, table),
      );
      if (shared !== undefined) {
        throw refusal(
          pipeline,
          `its table ${output} is the ${shared[0]} of ${other.node.path} too; one table serves one consumer of one pipeline, so give it a table of its own`,
        );
      }
    }
  }
}

const isOneTable = (one: AnyTable, other: AnyTable): boolean =>
  one === other || identity(one) === identity(other);

/** Account, Region and name, as far as they are known: of a table that the app makes, its token. */
const identity = ({ env, tableName }: AnyTable): string => `${env.account} ${env.region} ${tableName}`;

function refusal({ node }: IConstruct, message: string): Error {
  return new Error(`pipeline ${node.id}: ${message}`);
}
