const OUTPUT = /^(.*)IngestBucketName$/;

/** The ids of the pipelines in a stack, as its outputs begin: `Uploads`, and empty for the one with the id `Default`. */
export const pipelineIds = (outputs: Readonly<Record<string, string>>): readonly string[] =>
  Object.keys(outputs).flatMap((output) => OUTPUT.exec(output)?.[1] ?? []);
