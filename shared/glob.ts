/**
 * Whether a pattern of IAM covers the text: `*` stands for any characters, none too, and `?` for one. Linear, however
 * many stars there are: it goes back to the last one only.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  let p = 0;
  let t = 0;
  let star = -1;
  let mark = 0;
  while (t < text.length) {
    if (p < pattern.length && pattern[p] === '*') {
      star = p;
      mark = t;
      p++;
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === text[t])) {
      p++;
      t++;
    } else if (star !== -1) {
      p = star + 1;
      mark++;
      t = mark;
    } else return false;
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}

/** Whether the text is as the pattern says, in which `*` stands for any characters, none too, and all else for itself. */
export function matchesStars(pattern: string, text: string): boolean {
  return matchesParts(pattern.split('*'), text);
}

/**
 * Whether the text consists of these parts, with any characters between them: of `csv/` and `.csv`, say.
 *
 * The parts are looked for one after the other, each as far left as it goes: nothing is tried twice, so that many stars
 * cost no more than one.
 *
 * @param parts at least one: what stands between the stars of a pattern
 */
export function matchesParts(parts: readonly string[], text: string): boolean {
  const [first = '', ...rest] = parts;
  const last = rest.pop();
  if (last === undefined) return text === first;
  const end = text.length - last.length;
  if (!text.startsWith(first) || !text.endsWith(last)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return at <= end;
}
