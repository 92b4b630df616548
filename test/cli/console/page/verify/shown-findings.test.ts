import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FINDING_CLASSES } from '../../../../../cli/verify/finding-classes.ts';
import { CLASS_WORDS } from '../../../../../cli/console/page/verify/class-words.ts';
import {
  canBeRepaired,
  choiceOf,
  classCounts,
  findingId,
  isShown,
  repairArgs,
  stateText,
  toBeRepaired,
  type ShownFinding,
} from '../../../../../cli/console/page/verify/shown-findings.ts';

const finding = (found: string, consumer: string, key: string, more: object = {}): ShownFinding =>
  ({
    class: found,
    consumer,
    bucket: 'b',
    key,
    object: null,
    row: null,
    isRepairSent: false,
    ...more,
  }) as ShownFinding;

const anyFinding = fc
  .tuple(fc.constantFrom(...FINDING_CLASSES), fc.constantFrom('one', 'two'), fc.string({ minLength: 1 }))
  .map(([found, consumer, key]) => finding(found, consumer, key));

describe('the words for a class of findings', () => {
  test.each(FINDING_CLASSES)('%s say what it means', (name) => {
    expect(CLASS_WORDS[name].means).toMatch(/^[A-Z].*\.$/);
  });
});

describe('findings', () => {
  test('are counted by class, in the order of the classes, without those of which there is none', () => {
    expect(classCounts({ counts: { waiting: 2, missing: 1, stale: 0 } })).toEqual([
      ['missing', 1],
      ['waiting', 2],
    ]);
  });

  test('are shown by class and consumer', () => {
    const one = finding('stale', 'one', 'a');
    expect(isShown({}, one)).toBe(true);
    expect(isShown({ class: 'stale', consumer: 'one' }, one)).toBe(true);
    expect(isShown({ class: 'missing' }, one)).toBe(false);
    expect(isShown({ consumer: 'two' }, one)).toBe(false);
  });

  test('have names of their own: of a class, a consumer and a key', () => {
    fc.assert(
      fc.property(anyFinding, anyFinding, (one, other) => {
        const isSame = one.class === other.class && one.consumer === other.consumer && one.key === other.key;
        expect(findingId(one) === findingId(other)).toBe(isSame);
      }),
    );
  });

  test('that wait, and foreign rows that nobody skips, are left alone by a repair', () => {
    expect(canBeRepaired(finding('waiting', 'one', 'a'))).toBe(false);
    expect(canBeRepaired(finding('foreign', 'one', 'a'))).toBe(false);
    expect(canBeRepaired(finding('foreign', 'one', 'a', { skipped: 'no CSV' }))).toBe(true);
    expect(canBeRepaired(finding('dead-lettered', 'one', 'a'))).toBe(true);
  });

  test('are known by what bucket and row have', () => {
    expect(stateText(null)).toBe('nothing');
    expect(stateText({ isDeleted: true, versionId: 'v' })).toBe('deleted');
    expect(stateText({ isDeleteMarker: true })).toBe('deleted');
    expect(stateText({ versionId: 'v' })).toBe('v');
    expect(stateText({})).toBe('an object');
  });
});

describe('a repair', () => {
  test('of chosen findings names each key and each class once', () => {
    const choice = choiceOf([
      finding('stale', 'one', 'a b'),
      finding('missing', 'two', 'a b'),
      finding('stale', 'one', '--c'),
    ]);

    expect(repairArgs(choice)).toEqual([
      'verify',
      '--repair',
      '--key=a b',
      '--key=--c',
      '--class=stale',
      '--class=missing',
    ]);
  });

  test('of a class goes as far as the prefix that was verified', () => {
    expect(repairArgs({ keys: [], classes: ['stale'], prefix: 'csv/' })).toEqual([
      'verify',
      '--repair',
      '--prefix=csv/',
      '--class=stale',
    ]);
  });

  test('reaches all that are chosen and can be repaired, and of other keys and classes none', () => {
    fc.assert(
      fc.property(fc.array(anyFinding), fc.array(fc.boolean()), (findings, isChosen) => {
        const chosen = findings.filter((_, at) => isChosen[at] === true);
        const choice = choiceOf(chosen);
        const repaired = toBeRepaired({ findings }, choice);
        const isRepaired = new Set(repaired);
        const keys = new Set(choice.keys);
        const isMissed = chosen.some((one) => canBeRepaired(one) && !isRepaired.has(one));
        expect(isMissed).toBe(false);
        expect(repaired.every(({ key }) => keys.size === 0 || keys.has(key))).toBe(true);
      }),
    );
  });
});
