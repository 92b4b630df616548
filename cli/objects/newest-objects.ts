import type { NewestObject, NewestPage } from '../../shared/control-objects.ts';
import type { LocalControl } from '../pipeline/local-control.ts';

export interface NewestOptions {
  readonly bucket: string;
  readonly prefix: string;
  /** The `place` behind which to begin. */
  readonly after?: string | undefined;
  /** How many are wanted. */
  readonly limit: number;
}

const LARGEST_PAGE = 1_000;

/** What keys hold now by the local runtime's own order, what changed last first; a page in memory at a time. */
export async function* newestObjects(
  control: LocalControl,
  { bucket, prefix, after, limit }: NewestOptions,
): AsyncGenerator<NewestObject> {
  let left = limit;
  let place = after;
  do {
    const page: NewestPage = await control.ask('newest', {
      bucket,
      prefix,
      after: place,
      limit: String(Math.min(left, LARGEST_PAGE)),
    });
    yield* page.objects.slice(0, left);
    left -= page.objects.length;
    place = page.next;
  } while (place !== undefined && left > 0);
}
