import { expect, test } from 'vitest';
import { SpacedLook } from '../../../local/measures/spaced-look.ts';

test('a look that took long is not repeated before twenty-five times as long, however often it is asked for', () => {
  let [nowMs, looks] = [0, 0];
  const look = new SpacedLook(
    () => {
      nowMs += 60;
      looks += 1;
      return looks;
    },
    () => nowMs,
  );

  const seen = [look.read()];
  for (; nowMs < 3_000; nowMs += 250) seen.push(look.read());

  expect(looks).toBe(2);
  expect(seen[0]).toBe(1);
  expect(seen.at(-1)).toBe(2);
});

test('a quick look is repeated each time', () => {
  let looks = 0;
  const look = new SpacedLook(
    () => {
      looks += 1;
      return looks;
    },
    () => looks,
  );

  expect([look.read(), look.read()]).toEqual([1, 1]);
  expect(
    new SpacedLook(
      () => looks,
      () => 0,
    ).read(),
  ).toBe(1);
});
