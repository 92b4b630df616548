import { invalidPattern } from './invalid-pattern.ts';
import { jsonFilter } from './json-filter.ts';

/** CloudWatch's own limit. */
const LONGEST_PATTERN = 1_024;

/**
 * A filter pattern of CloudWatch Logs: terms (`ERROR`, `"a phrase"`, `-not`, `?either ?or`) or a JSON filter
 * (`{ $.key = "csv/a.csv" && $.receive_count > 1 }`). Patterns for space-delimited lines and regular expressions are
 * refused.
 *
 * @throws AwsError `InvalidParameterException` saying what is not understood
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
export function lineFilter(pattern: string): (line: string) => boolean {
  if (pattern.length > LONGEST_PATTERN) {
    throw invalidPattern(
      `${pattern.slice(0, 40)}…`,
      `${pattern.length} characters are more than ${LONGEST_PATTERN}`,
    );
  }
  const text = pattern.trim();
  if (text.startsWith('{')) return jsonFilter(text);
  if (text.startsWith('[')) {
    throw invalidPattern(pattern, 'a pattern for space-delimited lines is not supported here');
  }
  if (/(^|\s)[?-]?%/.test(text)) throw invalidPattern(pattern, 'a regular expression is not supported here');
  return termFilter(text, pattern);
}

const TERM = /([?-]?)(?:"((?:[^"\\]|\\.)*)"|([^\s"]+))(?=\s|$)/y;

function termFilter(text: string, pattern: string): (line: string) => boolean {
  const terms: { readonly sign: string; readonly term: string }[] = [];
  for (let at = 0; at < text.length;) {
    TERM.lastIndex = at;
    const [whole = '', sign = '', quoted, bare = ''] = TERM.exec(text) ?? [];
    if (whole === '') {
      throw invalidPattern(pattern, `what stands at ${JSON.stringify(text.slice(at))} is no term`);
    }
    terms.push({ sign, term: quoted?.replaceAll(/\\(.)/g, '$1') ?? bare });
    at += whole.length;
    while (text[at] === ' ' || text[at] === '\t') at++;
  }
  const ofSign = (sign: string) => terms.filter((one) => one.sign === sign).map(({ term }) => term);
  const [all, none, some] = [ofSign(''), ofSign('-'), ofSign('?')];
  return (line) =>
    all.every((term) => line.includes(term)) &&
    none.every((term) => !line.includes(term)) &&
    // CloudWatch ignores optional terms beside required ones
    (some.length === 0 || all.length > 0 || some.some((term) => line.includes(term)));
}
