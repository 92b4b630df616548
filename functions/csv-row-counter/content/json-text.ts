const TOKEN =
  /[ \t\r\n]*([{}[\],:]|"(?:[^"\\\x00-\x1f]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|NaN|-?Infinity)/y; // oxlint-disable-line no-control-regex
// the last three are not JSON's, and Python writes them
const WORDS = ['true', 'false', 'null', 'NaN', 'Infinity', '-Infinity'];
/** So many tokens of a document make it one, though its end is missing. */
const TELLING_TOKENS = 4;

/** What may come next, and what it leads to. */
type State = 'value' | 'first value' | 'name' | 'first name' | 'colon' | 'separator';

/**
 * Whether a text is JSON or JSON lines, an object or array to begin with: `{"id":1}`, `[\n  {`, `["a","b"]\n["c","d"]`.
 * `[id],[name]` and `{a},b` are a CSV's header.
 *
 * @param isWhole whether the text goes on behind what is given.
 */
export function isJson(text: string, isWhole: boolean): boolean {
  if (!/^[ \t\r\n]*[{[]/.test(text)) return false;
  const open: string[] = [];
  let state: State = 'value';
  TOKEN.lastIndex = 0;
  for (let tokens = 0, at = 0; ; tokens++) {
    const token = TOKEN.exec(text)?.[1];
    if (token === undefined) {
      return endsWithin(text.slice(at).trimStart()) && (!isWhole || tokens >= TELLING_TOKENS);
    }
    at = TOKEN.lastIndex;
    const next = after(state, token, open);
    if (next === undefined) return false;
    if (open.length === 0) {
      // Behind a whole document: nothing, or another one.
      return /^[ \t\r\n]*(?:[{[]|$)/.test(text.slice(at));
    }
    state = next;
  }
}

/** Whether this is what a cut leaves of a token. */
function endsWithin(rest: string): boolean {
  return rest.startsWith('"') || /^-?\d*$/.test(rest) || WORDS.some((word) => word.startsWith(rest));
}

/** The state behind the token, where `open` holds the brackets that are; undefined when it may not stand there. */
function after(state: State, token: string, open: string[]): State | undefined {
  if (token === '{' || token === '[') {
    if (state !== 'value' && state !== 'first value') return undefined;
    open.push(token);
    return token === '{' ? 'first name' : 'first value';
  }
  if (token === '}' || token === ']') {
    const isEmpty = state === (token === '}' ? 'first name' : 'first value');
    const opened = open.pop();
    const closes = (opened === '{') === (token === '}');
    return closes && (isEmpty || state === 'separator') ? 'separator' : undefined;
  }
  if (token === ',') {
    if (state !== 'separator') return undefined;
    return open.at(-1) === '{' ? 'name' : 'value';
  }
  if (token === ':') return state === 'colon' ? 'value' : undefined;
  if (state === 'name' || state === 'first name') return token.startsWith('"') ? 'colon' : undefined;
  return state === 'value' || state === 'first value' ? 'separator' : undefined;
}
