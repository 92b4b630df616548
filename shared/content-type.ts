import mime from 'mime';

/**
 * The type that a file's name tells: `text/csv` of `orders.csv`. A compressed file is what it is, `application/gzip` of
 * `orders.csv.gz`, without a `Content-Encoding`: whoever downloads it gets the file as it was, and the row counter knows
 * it by its name.
 *
 * @param names the first one that tells a type counts
 */
export function contentTypeOf(...names: readonly string[]): string | undefined {
  for (const name of names) {
    // with a path before it a name without a dot is no extension
    const type = mime.getType(`./${name}`);
    if (type !== null) return type;
  }
  return undefined;
}
