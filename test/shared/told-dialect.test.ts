import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { characterText, parseDelimiter, toldDialect } from '../../shared/told-dialect.ts';

describe('metadata csv-delimiter', () => {
  test.each([
    [',', ','],
    [';', ';'],
    [':', ':'],
    ['|', '|'],
    ["'", "'"],
    ['tab', '\t'],
    ['TAB', '\t'],
    ['\\t', '\t'],
    ['\t', '\t'],
    [' ', ' '],
    ['\\x20', ' '],
    ['\\x01', '\x01'],
    ['\\x7F', '\x7f'],
    [' ; ', ';'],
    ["';'", ';'],
    ['";"', ';'],
    ['\\', '\\'],
  ])('%j is the character %j', (text, delimiter) => {
    expect(toldDialect({ 'csv-delimiter': text })).toEqual({ delimiter });
  });

  test.each([
    [
      'semicolon',
      'csv-delimiter is "semicolon": it must be one ASCII character that is no line end, tab, or a code such as \\x01',
    ],
    [',,', 'csv-delimiter is ",,": it must be'],
    [`';"`, `csv-delimiter is "';\\"": it must be`],
    ['§', 'csv-delimiter is "§": it must be one ASCII'],
    ['\n', 'csv-delimiter is empty'],
    ['\\x0a', 'csv-delimiter is "\\\\x0a": it must be'],
    ['\\x0D', 'no line end'],
    ['\\x80', 'csv-delimiter is "\\\\x80"'],
    ['\\x1', 'csv-delimiter is "\\\\x1"'],
    [
      '',
      'csv-delimiter is empty (a space or a tab is lost on its way in a header: write \\x20 or tab): it must be',
    ],
    ['"', 'csv-delimiter and csv-quote are both "\\"": they must differ'],
    ['\\x22', 'csv-delimiter and csv-quote are both'],
  ])('%j is refused, and the error says %j', (text, message) => {
    expect(() => toldDialect({ 'csv-delimiter': text })).toThrow(RangeError);
    expect(() => toldDialect({ 'csv-delimiter': text })).toThrow(message);
  });

  test('as a header carries it is the same character again, whichever it is', () => {
    const ascii = fc.integer({ min: 0, max: 0x7f }).map((code) => String.fromCharCode(code));
    fc.assert(
      fc.property(
        ascii.filter((character) => !/[\r\n]/.test(character)),
        (character) => {
          const text = characterText(character);
          expect(text).toMatch(/^[!-~]+$/);
          expect(parseDelimiter('any', text)).toBe(character);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

describe('the other metadata', () => {
  test.each([
    [{ 'csv-quote': "'" }, { quote: "'" }],
    [{ 'csv-quote': '`' }, { quote: '`' }],
    [{ 'csv-quote': '"' }, { quote: '"' }],
    [{ 'csv-quote': 'none' }, { quote: 'none' }],
    [{ 'csv-quote': 'None' }, { quote: 'none' }],
    [
      { 'csv-quote': 'none', 'csv-delimiter': '"' },
      { quote: 'none', delimiter: '"' },
    ],
    [{ 'csv-escape': 'backslash' }, { escape: 'backslash' }],
    [{ 'csv-escape': '\\' }, { escape: 'backslash' }],
    [{ 'csv-header': 'absent' }, { header: 'absent' }],
    [{ 'csv-header': 'Present' }, { header: 'present' }],
    [{}, {}],
    [{ 'some-other': 'thing' }, {}],
  ])('%j tells %j', (metadata, told) => {
    expect(toldDialect(metadata as Record<string, string>)).toEqual(told);
  });

  test.each([
    [
      { 'csv-quote': 'double' },
      'csv-quote is "double": it must be one ASCII character that is no line end, or none',
    ],
    [{ 'csv-quote': '' }, 'csv-quote is empty'],
    [
      { 'csv-escape': '"' },
      'csv-escape is "\\"": it can only be backslash (a doubled quote is understood without it)',
    ],
    [{ 'csv-escape': '' }, 'csv-escape is empty'],
    [{ 'csv-header': 'no' }, 'csv-header is "no": it must be absent or present'],
    [
      { 'csv-delimiter': ';', 'csv-quote': ';' },
      'csv-delimiter and csv-quote are both ";": they must differ',
    ],
    [
      { 'csv-delimiter': '\\', 'csv-escape': 'backslash' },
      'csv-delimiter and csv-escape are both a backslash',
    ],
    [{ 'csv-quote': '\\', 'csv-escape': 'backslash' }, 'csv-quote and csv-escape are both a backslash'],
  ])('%j is refused, and the error says %j', (metadata, message) => {
    expect(() => toldDialect(metadata as Record<string, string>)).toThrow(message);
  });

  test('is named as the flag when a flag told it', () => {
    expect(() => toldDialect({ 'csv-header': 'no' }, '--')).toThrow('--csv-header is "no"');
    expect(() => toldDialect({ 'csv-delimiter': '"' }, '--')).toThrow('--csv-delimiter and --csv-quote are');
  });
});
