import { describe, expect, test } from 'vitest';
import { countRows } from '../../../../functions/csv-row-counter/count-rows.ts';
import {
  chooseDialect,
  type ChosenDialect,
} from '../../../../functions/csv-row-counter/dialect/choose-dialect.ts';

function chosen(
  text: string | Buffer,
  metadata: Record<string, string> = {},
  { usual = ',', sampleIsWhole = true } = {},
): ChosenDialect {
  return chooseDialect(Buffer.from(text), { metadata, usual, sampleIsWhole });
}

const USUAL: ChosenDialect = {
  delimiter: ',',
  delimiterSource: 'default',
  quote: '"',
  header: 'assumed',
  headerTold: false,
  skippedBytes: 0,
  skippedLines: 0,
};

describe('the dialect of a text', () => {
  test('is the usual one when nobody says otherwise', () => {
    expect(chosen('a,b\n1,2\n')).toEqual(USUAL);
    expect(chosen('')).toEqual(USUAL);
    expect(chosen('a;b\n1;2\n', {}, { usual: ';' })).toEqual({ ...USUAL, delimiter: ';' });
    expect(
      chooseDialect(Buffer.from('a\n'), { metadata: undefined, usual: ',', sampleIsWhole: true }),
    ).toEqual(USUAL);
  });

  test('has the delimiter that is found in it', () => {
    expect(chosen('a;b\n1;2\n')).toEqual({ ...USUAL, delimiter: ';', delimiterSource: 'detected' });
  });

  test('has the delimiter that its metadata tells, whatever is in it', () => {
    const told = { 'csv-delimiter': '\\x01' };

    expect(chosen('a;b\n1;2\n', told)).toEqual({ ...USUAL, delimiter: '\x01', delimiterSource: 'metadata' });
  });

  test('has the quote, the escape and the header that its metadata tells', () => {
    const told = { 'csv-quote': "'", 'csv-escape': 'backslash', 'csv-header': 'absent' };

    expect(chosen('a,b\n', told)).toEqual({
      ...USUAL,
      quote: "'",
      escape: 'backslash',
      header: 'absent',
      headerTold: true,
    });
    expect(chosen('a,b\n', { 'csv-header': 'present', 'csv-quote': 'none' })).toEqual({
      ...USUAL,
      quote: 'none',
      headerTold: true,
    });
  });

  test.each([
    [
      { 'csv-delimiter': 'semicolon' },
      'metadata csv-delimiter is "semicolon": it must be one ASCII character that is no line end, tab, or a code such as \\x01; mend it, and upload the object again',
    ],
    [{ 'csv-delimiter': '' }, 'metadata csv-delimiter is empty (a space or a tab is lost'],
    [{ 'csv-quote': 'double' }, 'metadata csv-quote is "double"'],
    [{ 'csv-escape': 'slash' }, 'metadata csv-escape is "slash": it can only be backslash'],
    [{ 'csv-header': 'yes' }, 'metadata csv-header is "yes": it must be absent or present'],
    [{ 'csv-delimiter': '"' }, 'metadata csv-delimiter and csv-quote are both "\\""'],
    [{ 'csv-quote': ',' }, 'metadata csv-quote takes ",", which is the delimiter too'],
  ])('cannot be %j', (metadata, message) => {
    expect(() => chosen('a,b\n', metadata as Record<string, string>)).toThrow(
      expect.objectContaining({ status: 'malformed-csv', message: expect.stringContaining(message) }),
    );
  });

  test('is found among the others when the usual delimiter is told to quote', () => {
    expect(chosen('a;b\n,x;y\n,;1\n', { 'csv-quote': ',' })).toMatchObject({
      delimiter: ';',
      delimiterSource: 'detected',
    });
  });
});

describe('a first line sep=', () => {
  test.each([
    ['sep=;\r\n', ';'],
    ['sep=;\n', ';'],
    ['sep=;\r', ';'],
    ['SEP=;\n', ';'],
    ['Sep=|\n', '|'],
    ['sep=\t\n', '\t'],
    ['sep=,\n', ','],
    ['sep=:\n', ':'],
    ['sep= \n', ' '],
    ['"sep=;"\r\n', ';'],
    ['"sep=,"\n', ','],
  ])('%j is obeyed, and is no row', async (line, delimiter) => {
    const text = `${line}One${delimiter}Two\r\n1${delimiter}"a\nb"\r\n`;

    const dialect = chosen(text);

    expect(dialect).toEqual({
      ...USUAL,
      delimiter,
      delimiterSource: 'sep-line',
      skippedBytes: line.length,
      skippedLines: 1,
    });
    const rest = Buffer.from(text).subarray(dialect.skippedBytes);
    expect(await countRows([rest], { delimiter })).toMatchObject({ rows: 2, blankRows: 0 });
  });

  test('alone is a file without rows, with and without a line end', () => {
    expect(chosen('sep=;')).toMatchObject({ delimiter: ';', skippedBytes: 5, skippedLines: 1 });
    expect(chosen('sep=;\r\n')).toMatchObject({ delimiter: ';', skippedBytes: 7, skippedLines: 1 });
  });

  test('is no row either when metadata tells another delimiter', () => {
    expect(chosen('sep=;\na,b\n', { 'csv-delimiter': '|' })).toEqual({
      ...USUAL,
      delimiter: '|',
      delimiterSource: 'metadata',
      skippedBytes: 6,
      skippedLines: 1,
    });
  });

  test.each([
    'sep=;;\na;b\n',
    'sep=\na;b\n',
    'sep\n',
    ' sep=;\n',
    'sep="\n',
    '"sep=;\n',
    'a\nsep=;\n',
    'separate=;\n',
  ])('%j is an ordinary row', (text) => {
    expect(chosen(text)).toMatchObject({ skippedBytes: 0, skippedLines: 0 });
  });

  test.each([
    ['UTF-8', Buffer.from('sep=§\na§b\n')],
    ['windows-1252', Buffer.from('sep=§\na§b\n', 'latin1')],
  ])('with a character that is not ASCII is refused by name, in %s', (_, text) => {
    const message =
      'the first line is "sep=§": a delimiter must be one ASCII character; separate the fields by another one, and upload the file again';

    expect(() => chosen(text)).toThrow(expect.objectContaining({ status: 'malformed-csv', message }));
    expect(chosen(text, { 'csv-delimiter': ';' })).toMatchObject({ delimiter: ';', skippedLines: 1 });
  });

  test('that names the quote is refused', () => {
    expect(() => chosen('sep=;\n', { 'csv-quote': ';' })).toThrow(
      'csv-quote takes ";", which is the delimiter too',
    );
  });
});
