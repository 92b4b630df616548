import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CSV_CASES } from '../../fixtures/csv/cases/all-cases.ts';
import { BytesCounter } from './bytes-counter.ts';
import { expectationOf, titleOf, toldByRow } from './told-by-row.ts';

let counter: BytesCounter;
beforeAll(async () => {
  counter = await BytesCounter.start();
});
afterAll(() => counter?.[Symbol.dispose]());

const READ = CSV_CASES.flatMap((each) =>
  typeof each.row === 'string' ? [] : [{ ...each, row: each.row, title: titleOf(each) }],
);

describe("the counter's core", () => {
  test.each(READ)('says what it must of $title', async (each) => {
    const row = await counter.count(each.bytes, each);

    expect(toldByRow(row, each.row)).toEqual(expectationOf(each.row));
  });
});
