import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { JUDGED, PACKS, judge } from './rule-packs.ts';

describe.each(Object.entries(JUDGED))('the stack %s', (_, context) => {
  const { ran, findings } = judge(temporaryFolder(), context);

  test('is judged by every pack', () => {
    expect(ran).toEqual(expect.arrayContaining([...PACKS]));
    expect(findings).not.toEqual([]);
  });
});
