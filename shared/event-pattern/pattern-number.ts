/**
 * The number that a JSON literal stands for, if a double holds it: `300`, `300.0` and `3e2` give 300.
 * `undefined` for a literal that no double can hold (`9007199254740993`, `1e400`, 0.1 with 34 digits): EventBridge then
 * compares the text alone, and no range includes it.
 */
export function comparableNumber(literal: string): number | undefined {
  const number = Number(literal);
  if (!Number.isFinite(number) || canonicalDecimal(literal) !== canonicalDecimal(String(number))) {
    return undefined;
  }
  // -0 and 0 are one number
  return number === 0 ? 0 : number;
}

/** The test of `["=", 5]`, `[">", 0]` or `[">=", 0, "<", 10]`, taken apart. A text says why it is no range. */
export function compileRange(
  operators: readonly string[],
  bounds: readonly number[],
): ((number: number) => boolean) | string {
  if (operators.length !== bounds.length || !/^(=|[<>]=?|>=? <=?)$/.test(operators.join(' '))) {
    return 'it wants ["=", x], one of "<" "<=" ">" ">=" and a number, or a lower and then an upper bound';
  }
  const [lower = 0, upper = Infinity] = bounds;
  if (lower >= upper) return 'the lower bound is not below the upper one';
  const tests = operators.map((operator, at) => compares(operator, bounds[at]!));
  return (number) => tests.every((test) => test(number));
}

function compares(operator: string, bound: number): (number: number) => boolean {
  switch (operator) {
    case '<':
      return (number) => number < bound;
    case '<=':
      return (number) => number <= bound;
    case '>':
      return (number) => number > bound;
    case '>=':
      return (number) => number >= bound;
    default:
      return (number) => number === bound;
  }
}

/** Sign, digits without zeros at either end, and the power of ten: `-0.0300` → `-3e-2`. Equal numbers, equal texts. */
function canonicalDecimal(literal: string): string {
  const [mantissa = '', exponent = '0'] = literal.toLowerCase().split('e');
  const sign = mantissa.startsWith('-') ? '-' : '';
  const [whole = '', fraction = ''] = mantissa.slice(sign.length).split('.');
  const digits = whole + fraction;
  let start = 0;
  let end = digits.length;
  while (digits[start] === '0') start++;
  while (end > start && digits[end - 1] === '0') end--;
  if (start === end) return '0';
  const power = Number(exponent) - fraction.length + (digits.length - end);
  return `${sign}${digits.slice(start, end)}e${power}`;
}
