/** A mistake that a reader of the kernel could make: one place changed. None of them can loop for ever. */
export type Mutant = readonly [mistake: string, place: string, changed: string];

/** With these, rows are counted wrong, or the open quote is. */
export const ROW_MUTANTS: readonly Mutant[] = [
  ['a quote may open anywhere', '~(((opensNext | quoteBits) << 1) | mayOpen);\n      if', '0;\n      if'],
  [
    'only the first literal quote of a block is taken out',
    'literal = quoteBits & isInside & ~(((opensNext | quoteBits) << 1) | mayOpen);\n        } while',
    'literal = 0;\n        } while',
  ],
  [
    'the parity is not taken anew without a literal quote',
    'isInside = parity(quoteBits) ^ inside;\n          literal',
    'literal',
  ],
  [
    'a quote behind a quote may not open',
    '~(((opensNext | quoteBits) << 1) | mayOpen);\n      if',
    '~((opensNext << 1) | mayOpen);\n      if',
  ],
  [
    'a quote behind a delimiter may not open',
    'const opensNext = lineEnds | delimiterBits;',
    'const opensNext = lineEnds;',
  ],
  [
    'a quote behind a line end may not open',
    'const opensNext = lineEnds | delimiterBits;',
    'const opensNext = delimiterBits;',
  ],
  ['the carry of "a quote may open" is lost', 'mayOpen = (opensNext | quoteBits) >> 63;', 'mayOpen = 0;'],
  [
    '"a quote may open" is carried where it may not',
    'mayOpen = (opensNext | quoteBits) >> 63;',
    'mayOpen = 1;',
  ],
  [
    'a quote may open where the scan begins',
    'let mayOpen = u64(state != UNQUOTED);',
    'let mayOpen: u64 = 1;',
  ],
  ['an open field is forgotten at the end of a block', 'inside = u64(i64(isInside) >> 63);', 'inside = 0;'],
  [
    'an open field is forgotten where the scan begins',
    'let inside: u64 = state == QUOTED ? -1 : 0;',
    'let inside: u64 = 0;',
  ],
  [
    'an open field is not carried over all of a block',
    'inside = u64(i64(isInside) >> 63);',
    'inside = isInside >> 63;',
  ],
  ['line ends in a field count', 'const outside = lineEnds & ~isInside;', 'const outside = lineEnds;'],
  [
    'a CRLF over two blocks counts twice, among quotes',
    'afterCr = crBits >> 63;\n      }\n      const ends',
    'afterCr = 0;\n      }\n      const ends',
  ],
  [
    'a CR is remembered for too long, among quotes',
    'if (lineEnds != lf || afterCr) {',
    'if (lineEnds != lf) {',
  ],
  [
    'a CRLF over two blocks counts twice, without quotes',
    'afterCr = crBits >> 63;\n    } else',
    'afterCr = 0;\n    } else',
  ],
  ['a CR is remembered for too long, without quotes', '} else {\n      afterCr = 0;', '} else {'],
  [
    'a CRLF over two scans counts twice, without quotes',
    'let afterCr = u64(state == AFTER_CR);\n  while',
    'let afterCr: u64 = 0;\n  while',
  ],
  [
    'a CRLF over two scans counts twice, among quotes',
    'let afterCr = u64((at > 0 ? i32(load<u8>(at - 1)) : i32(progress.lastByte)) == cr);',
    'let afterCr: u64 = 0;',
  ],
  ['a CRLF within a block counts twice', 'ofCrlf |= lf & (crBits << 1);', 'ofCrlf |= 0;'],
  ['a lone CR ends nothing, without quotes', 'lineEnds |= crBits;', ''],
  [
    'a lone CR ends nothing, among quotes',
    'if (v128.any_true(anyCr)) lineEnds |= bitsOf(a, b, c, d, crs);',
    '',
  ],
  [
    'a blank line over two blocks is an ordinary one, without quotes',
    'afterEnd = lineEnds >> 63;',
    'afterEnd = 0;',
  ],
  [
    'a blank line over two blocks is an ordinary one, among quotes',
    'afterEnd = outside >> 63;',
    'afterEnd = 0;',
  ],
  [
    'the line end of a CRLF is no line end for the next line',
    'countBlank(ends & ((lineEnds << 1) | afterEnd));',
    'countBlank(ends & ((ends << 1) | afterEnd));',
  ],
  [
    'a first blank line is an ordinary one',
    'let afterEnd = u64(state == RECORD_START || state == AFTER_CR);\n  let afterCr = u64(state == AFTER_CR);\n  while',
    'let afterEnd = u64(state == AFTER_CR);\n  let afterCr = u64(state == AFTER_CR);\n  while',
  ],
  ['the parity misses the upper half', 'sums ^= sums << 32;', ''],
  ['the parity misses its smallest step', 'sums ^= sums << 1;\n', ''],
  ['the parity misses a middle step', 'sums ^= sums << 8;\n', ''],
  ['the plain lane does not stop at a quote', 'if (v128.any_true(anyQuote)) break;', ''],
  [
    'the state behind a delimiter is lost, without quotes',
    '== delimiter ? FIELD_START : UNQUOTED',
    '== delimiter ? UNQUOTED : UNQUOTED',
  ],
  [
    'the state behind a closing quote is lost',
    '== quote ? QUOTE_IN_QUOTED : FIELD_START',
    '== quote ? FIELD_START : FIELD_START',
  ],
  [
    'the state behind text is lost',
    'else if (!mayOpen) state = UNQUOTED;',
    'else if (!mayOpen) state = FIELD_START;',
  ],
  [
    'the last quote is taken for the one that opened',
    'if (load<u8>(at - 1) != quote) return at;',
    'return at;',
  ],
  [
    'a doubled quote over two scans is taken for the one that opens',
    'return isHalfBefore ? -1 : 0;',
    'return 0;',
  ],
  ['the upper half of a vector pair is lost', '(i8x16.bitmask(i8x16.eq(d, character)) << 16)', '0'],
];
