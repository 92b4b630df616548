import { hasFunction, TARGET_WORDS, type Consumer } from '../pipeline/consumer.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { DocumentOf } from '../terminal/document.ts';
import type { verifyDocument } from './verify-document.ts';

/** A consumer that keeps no rows: its work cannot be compared with the bucket. */
export type NotCompared = DocumentOf<typeof verifyDocument>['notCompared'][number];

/** The consumers whose work bucket and tables cannot prove. @throws CliError when the stack does not say what they keep */
export function notCompared(pipeline: Pipeline): readonly NotCompared[] {
  return pipeline.consumers.flatMap((consumer) => notComparedOf(pipeline, consumer) ?? []);
}

function notComparedOf(pipeline: Pipeline, consumer: Consumer): NotCompared | undefined {
  const { name } = consumer;
  const keeps = pipeline.keepsOf(consumer);
  if (keeps === 'nothing') {
    return {
      consumer: name,
      keeps,
      note: hasFunction(consumer)
        ? `${name} keeps nothing: what it has done cannot be compared; sluice status tells what waits, fails or is a letter`
        : `${name} keeps nothing here, and sends to ${TARGET_WORDS[consumer.kind]}: what becomes of it there cannot be compared`,
    };
  }
  if ('lines' in keeps) {
    return {
      consumer: name,
      keeps: 'lines',
      note: `${name} keeps lines under ${keeps.lines}: whether each object has its line is not compared; sluice status KEY looks for one`,
    };
  }
  if ('objects' in keeps) {
    return {
      consumer: name,
      keeps: 'objects',
      note: `${name} keeps objects under ${keeps.objects}, of some uploads or of all: what is missing cannot be told; sluice status KEY shows what there is`,
    };
  }
  return undefined;
}
