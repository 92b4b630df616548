import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { terminalJson, terminalText } from '../../shared/terminal-text.ts';

/** The opposite of `terminalText`. */
const read = (shown: string): string =>
  shown.replaceAll(/\\u([0-9a-f]{4})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));

const units = fc.array(
  fc.oneof(
    fc.integer({ min: 0, max: 0xffff }),
    fc.constantFrom(0x5c, 0x75, 0x30, 0x200b, 0x202e, 0x9b, 0xd83d, 0xde00, 0xfeff, 0x7f, 0x1b),
  ),
);
/** Any text that JavaScript can hold, lone surrogates too. */
const anyText = units.map((codes) => String.fromCharCode(...codes));
/**
 * A name of a property. Not of one character: Node 24.21's JSON.parse at times takes such a name, written as an escape, for another
 * that it has read before.
 */
const anyName = anyText.filter((text) => text.length !== 1);

describe('a text for the terminal', () => {
  test('shows every character of Unicode, or its escape', () => {
    const hiding: string[] = [];
    for (let code = 0; code <= 0x10_ffff; code++) {
      const character = String.fromCodePoint(code);
      const shown = terminalText(character);
      if (shown !== character && !/^(\\u[0-9a-f]{4}){1,2}$/.test(shown)) hiding.push(shown);
      if (read(shown) !== character || /[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]/u.test(shown)) {
        // what has no meaning yet, or a private one, is shown as the terminal's font shows it
        if (!/[\p{Cn}\p{Co} ]/u.test(character)) hiding.push(shown);
      }
    }

    expect(hiding).toEqual([]);
  });

  test.each([
    ['csv/a\u009b2J.csv', String.raw`csv/a\u009b2J.csv`],
    ['csv/\u202egnp.exe', String.raw`csv/\u202egnp.exe`],
    ['csv/a\u200b.csv', String.raw`csv/a\u200b.csv`],
    [String.raw`csv/a\u200b.csv`, String.raw`csv/a\u005cu200b.csv`],
    ['a\tb\nc', String.raw`a\u0009b\u000ac`],
    ['\ud800', String.raw`\ud800`],
    ['a\u{e0041}', String.raw`a\udb40\udc41`],
    ['no\u00a0break', String.raw`no\u00a0break`],
    ['訂單/😀/é\u0301.csv', '訂單/😀/é\u0301.csv'],
    [String.raw`C:\data\x`, String.raw`C:\data\x`],
  ])('of %j is %s', (text, shown) => {
    expect(terminalText(text)).toBe(shown);
  });

  test('can be read back: no two texts look alike', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const shown = terminalText(text);
        expect(read(shown)).toBe(text);
        expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u);
      }),
      { numRuns: 2_000 },
    );
  });
});

test('JSON for the terminal hides nothing, and means what it meant', () => {
  fc.assert(
    fc.property(fc.dictionary(anyName, anyText), (value) => {
      const shown = terminalJson(JSON.stringify(value));
      expect(JSON.parse(shown)).toEqual(value);
      expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u);
    }),
    { numRuns: 2_000 },
  );
});
