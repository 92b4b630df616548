import { usageError } from '../cli-error.ts';

/** The id that no output and no queue has in its name: see infra/pipeline-names.ts. */
const UNNAMED = 'Default';

/** One pipeline of a stack. */
export interface ChosenPipeline<Value> {
  /** Undefined for the one with the id `Default`. */
  readonly id: string | undefined;
  /** Its outputs, without its id before their names. */
  readonly outputs: Readonly<Record<string, Value>>;
}

const BUCKET_OUTPUT = /^(.*)IngestBucketName$/;

/**
 * The pipeline that is meant: the one asked for, else the only one, else the one with the id `Default`. A pipeline is known by
 * the output of its ingest bucket: `UploadsIngestBucketName` is that of `Uploads`.
 *
 * @param outputs the stack's, of all its pipelines, as deployed or as they stand in its template
 * @throws CliError, usage, which lists them, where none of that id is there, or none is asked for and several are
 */
export function chosenPipeline<Value = string>(
  outputs: Readonly<Record<string, Value>>,
  stack: string,
  asked?: string,
): ChosenPipeline<Value> {
  const ids = Object.keys(outputs).flatMap((output) => {
    const id = BUCKET_OUTPUT.exec(output)?.[1];
    return id === undefined ? [] : [id === '' ? UNNAMED : id];
  });
  const id = asked ?? (ids.length === 1 ? ids[0] : UNNAMED);
  if (id !== undefined && ids.includes(id)) return pipelineOf(outputs, ids, id);
  // a stack that is none of ours, which is said elsewhere
  if (ids.length === 0 && asked === undefined) return { id: undefined, outputs };
  const list = ids.length === 0 ? 'it has none' : `it has ${ids.toSorted().join(', ')}`;
  throw asked === undefined
    ? usageError(
        `stack ${stack} has several pipelines, and none is called ${UNNAMED}`,
        `say which with --pipeline: ${list}`,
      )
    : usageError(`stack ${stack} has no pipeline ${JSON.stringify(asked)}`, list);
}

function pipelineOf<Value>(
  outputs: Readonly<Record<string, Value>>,
  ids: readonly string[],
  id: string,
): ChosenPipeline<Value> {
  const prefix = id === UNNAMED ? '' : id;
  const others = ids.filter((other) => other !== UNNAMED && other !== id);
  const own = Object.entries(outputs).filter(
    ([output]) => output.startsWith(prefix) && !others.some((other) => output.startsWith(other)),
  );
  return {
    id: id === UNNAMED ? undefined : id,
    outputs: Object.fromEntries(own.map(([output, value]) => [output.slice(prefix.length), value])),
  };
}
