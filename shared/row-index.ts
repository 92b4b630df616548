import { checkText, checkTexts, fieldsOf, refuseUnknown, wrong } from './checked-fields.ts';

/**
 * An index of the rows that somebody should look at: a global secondary index of the table, in which only rows with its
 * attribute are. The attribute's value is the row's status and a part of 256 (`index-partition.ts`), so that no partition is
 * hot; the index's sort key is the attribute that holds the object's key.
 *
 *     { "name": "NotCounted", "attribute": "not_counted", "statuses": ["malformed-csv"], "shows": ["error"] }
 */
export interface RowIndex {
  readonly name: string;
  readonly attribute: string;
  /** Every `status` that a row in it can have. */
  readonly statuses: readonly string[];
  /** Attributes that it shows beside the keys. */
  readonly shows: readonly string[];
}

/** @throws Error saying what is wrong with it */
export function checkRowIndex(value: unknown): void {
  const { name, attribute, statuses, shows, ...unknown } = fieldsOf(value, 'keeps.rows.index');
  refuseUnknown(unknown, 'keeps.rows.index');
  if (typeof name !== 'string' || !/^[\w.-]{3,255}$/.test(name)) {
    throw wrong(
      'keeps.rows.index.name',
      name,
      'write 3 to 255 letters, digits, dots, hyphens or underscores',
    );
  }
  checkText('keeps.rows.index.attribute', attribute);
  checkTexts('keeps.rows.index.statuses', statuses, '["malformed-csv"]');
  checkTexts('keeps.rows.index.shows', shows, '["error"]');
}
