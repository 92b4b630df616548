import type { Mutant } from './row-mutants.ts';

/** With these, the rows are right and their profile is wrong. */
export const PROFILE_MUTANTS: readonly Mutant[] = [
  // fields
  [
    'a quoted delimiter makes a field',
    'outside, delimiterBits & ~isInside, afterEnd',
    'outside, delimiterBits, afterEnd',
  ],
  [
    'the delimiters of a block in which nothing ends are lost',
    'fields += popcnt(delimiters);',
    'fields += 0;',
  ],
  [
    'the delimiters behind the last end of a block are lost',
    'fields = before + popcnt(delimiters);',
    'fields = 1;',
  ],
  [
    'only the last record of a block may be ragged',
    'different |= count ^ columnCount;',
    'different = count ^ columnCount;',
  ],
  [
    "the delimiters of one record are the next one's too",
    'endRecord(begin, here + ctz(ends), before + counted);\n    before = 1 - counted;',
    'endRecord(begin, here + ctz(ends), before + counted);\n    before = 1;',
  ],
  ['the fields of the last of a column are forgotten', '    lastFields = 1;\n', ''],
  [
    'the least fields are the most',
    'min(progress.leastFields, f64(count))',
    'max(progress.leastFields, f64(count))',
  ],
  [
    'a row of delimiters alone is a usual one',
    'negative |= (longest - length) | (length - columnCount);',
    'negative |= longest - length;',
  ],
  // lengths
  [
    'a longer row is a usual one',
    'negative |= (longest - length) | (length - columnCount);',
    'negative |= length - columnCount;',
  ],
  [
    'a record behind an end of the block before began there',
    'if (afterEnd) {\n    start',
    'if (false) {\n    start',
  ],
  [
    'a longer row of a column is a usual one',
    'return longest >= BLOCK || !hasRun(~lineEnds, i32(longest) + 1);',
    'return true;',
  ],
  [
    'a longer row of a column is a usual one, if it began before',
    'if (ends == 0 || i64(ctz(ends)) - start > longest) return false;',
    'if (ends == 0) return false;',
  ],
  [
    'a run is looked for that is too long',
    'const step = min(covered, length - covered);',
    'const step = covered;',
  ],
  ['the next record of a column begins at the wrong end', 'starts &= -2 << (63 - clz(ends));', ''],
  // lines and line ends
  ['lines in a quoted field are none', 'lineCount += popcnt(lines);', 'lineCount += popcnt(ends);'],
  [
    'a CR in a quoted field is forgotten where its lane begins',
    'let afterCr = u64((at > 0 ? i32(load<u8>(at - 1)) : i32(progress.lastByte)) == cr);',
    'let afterCr = u64(state == AFTER_CR);',
  ],
  [
    'a CR in a quoted field ends a record',
    'crCount += popcnt(crBits & outside);',
    'crCount += popcnt(crBits);',
  ],
  [
    'a CRLF in a quoted field ends a record',
    'crlfCount += popcnt(ofCrlf & outside);',
    'crlfCount += popcnt(ofCrlf);',
  ],
  ['a CRLF is a CR alone, without quotes', 'crlfCount += popcnt(ofCrlf);\n    countBlank', 'countBlank'],
  // quotes
  ['text behind a closing quote is not told of over two blocks', 'closed = closing >> 63;', 'closed = 0;'],
  [
    'text behind a closing quote is not told of over two scans',
    'let closed = u64(state == QUOTE_IN_QUOTED);',
    'let closed: u64 = 0;',
  ],
  [
    'a doubled quote is text behind a closing one',
    '~(opensNext | quoteBits);\n      closed',
    '~opensNext;\n      closed',
  ],
  [
    'the plain lane does not look behind a closing quote',
    'if (state != QUOTED && state != QUOTE_IN_QUOTED)',
    'if (state != QUOTED)',
  ],
  [
    'line ends before the open quote are counted as behind it',
    'let fromQuote = -1 << (quoteAt & 15);',
    'let fromQuote = -1;',
  ],
  ['a CRLF behind the open quote is two lines over two vectors', '(cr << 1) | afterCr', 'cr << 1'],
];
