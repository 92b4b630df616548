import { currentObject } from '../objects/current-object.ts';
import type { CurrentObject } from '../objects/current-objects.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';

/** What the keys that a command line names hold now. */
export interface NamedObjects {
  readonly objects: readonly CurrentObject[];
  /** Keys that the bucket does not know, and those whose object is deleted. */
  readonly notFound: readonly string[];
}

/** Each key once, in the order in which they are named. */
export async function namedObjects(pipeline: Pipeline, keys: readonly string[]): Promise<NamedObjects> {
  const objects: CurrentObject[] = [];
  const notFound: string[] = [];
  for (const key of new Set(keys)) {
    const object = await currentObject(pipeline, key);
    if (object === undefined || object.isDeleteMarker) notFound.push(key);
    else objects.push(object);
  }
  return { objects, notFound };
}
