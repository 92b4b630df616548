import type { Pipeline } from '../pipeline/pipeline.ts';
import { currentObjects, type CurrentObject } from './current-objects.ts';

/** What this very key holds now; undefined when the bucket has never held it. */
export async function currentObject(pipeline: Pipeline, key: string): Promise<CurrentObject | undefined> {
  // keys come in order: the first that begins with the key is the key itself, if it is there
  for await (const object of currentObjects(pipeline, { prefix: key })) {
    return object.key === key ? object : undefined;
  }
  return undefined;
}
