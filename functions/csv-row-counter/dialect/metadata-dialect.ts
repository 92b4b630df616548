import { toldDialect, type ToldDialect } from '../../../shared/told-dialect.ts';
import { ContentError } from '../content-error.ts';

/** What the object's user metadata tells of how it is written. @throws ContentError `malformed-csv` on what cannot be meant. */
export function metadataDialect(metadata: Readonly<Record<string, string>> | undefined): ToldDialect {
  try {
    return toldDialect(metadata ?? {});
  } catch (cause) {
    throw new ContentError(
      'malformed-csv',
      `metadata ${(cause as RangeError).message}; mend it, and upload the object again`,
      { cause },
    );
  }
}
