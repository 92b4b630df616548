import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { compileFunction } from 'node:vm';

/** One of dynalite's parsers, as its module exports it. */
export interface Parser {
  readonly parse: (text: string, options: { readonly context: object }) => unknown;
}

// it costs more to remember a character than to look at it again
const RULE = /^ {2}function peg\$parse(?!(?:_|Identifier\w*|AttributePart|\w+Token)\(\))(\w+)\(\) \{$/gm;

/** The rules that call one another in each of the three grammars. */
const FEWEST_RULES = 4;

const MEMORY = `
  var peg$memory = new Map();
  function peg$remembered(rule) {
    var at = peg$currPos;
    var places = peg$memory.get(rule);
    if (places === undefined) {
      places = new Map();
      peg$memory.set(rule, places);
    }
    var known = places.get(at);
    if (known === undefined) {
      var result = rule();
      places.set(at, { result: result, end: peg$currPos });
      return result;
    }
    peg$currPos = known.end;
    return known.result;
  }
`;

/**
 * The parser of a module that PEG.js has generated, with the memory that it was generated without: each rule is tried
 * once at each place of the text. dynalite's own tries everything again at every parenthesis, so that each level of
 * nesting takes three times as long as the one before, and eighteen levels never end.
 *
 * @param module e.g. `dynalite/db/conditionParser`
 * @throws Error when the module has another form than it had
 */
export function rememberingParser(module: string): Parser {
  const require = createRequire(import.meta.url);
  const filename = require.resolve(module);
  let rules = 0;
  const source = readFileSync(filename, 'utf8')
    .replace(RULE, (_, name: string) => {
      rules++;
      return `  function peg$parse${name}() { return peg$remembered(peg$try${name}); }\n  function peg$try${name}() {`;
    })
    .replace(/^function peg\$parse\(input, options\) \{$/m, (head) => head + MEMORY);
  if (rules < FEWEST_RULES || !source.includes('peg$memory')) {
    throw new Error(
      `${filename} is not the parser that was generated for dynalite 4.0.0; give it its memory in another way`,
    );
  }
  const loaded = { exports: {} };
  compileFunction(source, ['module', 'exports', 'require'], { filename })(loaded, loaded.exports, require);
  return loaded.exports as Parser;
}
