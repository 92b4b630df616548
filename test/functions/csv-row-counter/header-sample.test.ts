import { describe, expect, test } from 'vitest';
import { HeaderSample, type HeaderColumns } from '../../../functions/csv-row-counter/header-sample.ts';

async function columnsOf(
  text: string,
  { delimiter = ',', cut = 7 } = {},
): Promise<HeaderColumns | undefined> {
  const bytes = Buffer.from(text);
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += cut) {
      yield bytes.subarray(at, at + cut);
    }
  }
  const sample = new HeaderSample();
  const passed = Buffer.concat(await Array.fromAsync(sample.of(chunks())));
  expect(passed.equals(bytes)).toBe(true);
  return sample.columns(delimiter);
}

describe('HeaderSample', () => {
  test.each([
    ['a,b\n1,2\n', ['a', 'b']],
    ['a,b', ['a', 'b']],
    ['\u{feff}"Straße, Nr.",Größe\r\n', ['Straße, Nr.', 'Größe']],
    ['"two\nlines",b\r1', ['two\nlines', 'b']],
    ['a,a,\n', ['a', 'a', '']],
    ['x"y,"z"w\n', ['x"y', '"z"w']],
  ])('reads the first record of %j', async (text, names) => {
    expect(await columnsOf(text)).toEqual({ names, count: names.length });
  });

  test.each(['', '\u{feff}', '\na,b\n', '"never closed,b\n1,2\n'])('finds no columns in %j', async (text) => {
    expect(await columnsOf(text)).toBeUndefined();
  });

  test('takes the delimiter it is given', async () => {
    expect(await columnsOf('a,b;c\n', { delimiter: ';' })).toEqual({ names: ['a,b', 'c'], count: 2 });
  });

  test('names a thousand columns and counts the rest', async () => {
    const header = Array.from({ length: 1_500 }, (_, index) => `c${index}`).join(',');

    const columns = await columnsOf(`${header}\n1\n`, { cut: 4_096 });

    expect(columns?.count).toBe(1_500);
    expect(columns?.names).toHaveLength(1_000);
  });

  test('reads a header of just under 64 KiB, and reports none that is longer', async () => {
    const name = 'n'.repeat(65_534);

    expect(await columnsOf(`${name}\nrest\n`, { cut: 1_000 })).toEqual({ names: [name], count: 1 });
    expect(await columnsOf(`${name}nnn\nrest\n`, { cut: 1_000 })).toBeUndefined();
    expect(await columnsOf(`"${name}nnn"\nrest\n`, { cut: 1_000 })).toBeUndefined();
  });
});
