import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { committedParts, computedParts } from './scale-page.ts';

test('docs/scale.md has what npm run scale computes of the template and the quotas', () => {
  const computed = computedParts(temporaryFolder('scale'));

  expect(committedParts(Object.keys(computed))).toEqual(computed);
});
