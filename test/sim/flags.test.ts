import { describe, expect, test } from 'vitest';
import { parseFlags } from './flags.ts';

describe('npm run sim', () => {
  test('takes the line that a failure has printed', () => {
    const line =
      '--seed 0x00c0ffee --keep 3,9 --faults late-by-hours --fault-rate 2 --break condition-turned';

    expect(parseFlags(line.split(' '))).toMatchObject({
      seed: 0xc0_ff_ee,
      keep: new Set([3, 9]),
      only: new Set(['late-by-hours']),
      rate: 2,
      breakage: 'condition-turned',
    });
  });

  test.each([
    [['--sed', '0x1'], "Unknown option '--sed'"],
    [['--seed', '12'], '--seed "12": write 0x and up to eight hexadecimal digits'],
    [['--events', '0'], '--events "0" is no number from 1 to 1000000000'],
    [['--faults', 'rain'], '--faults "rain" is no fault'],
    [['--break', 'all'], '--break "all" is none: one of condition-dropped'],
    [['--keep', '1,x'], '--keep "x" is no number'],
  ])('refuses %j, and says what can be written', (args, message) => {
    expect(() => parseFlags(args)).toThrow(message);
  });
});
