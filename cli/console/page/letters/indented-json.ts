import { terminalJson, terminalText } from '../../../../shared/terminal-text.ts';

/** A string, a mark, or what is neither: a number, `true`, `null`. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

const STEP = '  ';

/**
 * JSON as a person reads it, a member a line, with every value written as it was: no number is rounded, and of two members
 * of one name both are shown. What cannot be seen is escaped; what is no JSON stands as it is, line by line.
 *
 *     indentedJson('{"a":[1.0,{}]}')    // {\n  "a": [\n    1.0,\n    {}\n  ]\n}
 */
export function indentedJson(text: string): string {
  if (!isJson(text)) return text.split('\n').map(terminalText).join('\n');
  let depth = 0;
  let before = '';
  let shown = '';
  const newLine = (): string => `\n${STEP.repeat(depth)}`;
  for (const [token] of text.matchAll(TOKEN)) {
    const isEnd = token === '}' || token === ']';
    const wasBegin = before === '{' || before === '[';
    if (isEnd) depth -= 1;
    if (isEnd ? !wasBegin : wasBegin || before === ',') shown += newLine();
    shown += token === ':' ? ': ' : terminalJson(token);
    if (token === '{' || token === '[') depth += 1;
    before = token;
  }
  return shown;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
