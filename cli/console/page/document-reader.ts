/** The list that a first line opens: `{"schemaVersion":1,…,"findings":[` */
const OPENS_LIST = /"([^"\\]+)":\[$/;

/**
 * Reads a verb's document while it comes. Verbs write a long list with an item a line: each is parsed by itself, so that the
 * end of a document with a hundred thousand of them does not hold the page up. Any other document is parsed at its end.
 *
 *     {"verb":"verify","findings":[
 *     {"key":"a"},
 *     {"key":"b"}],"isComplete":true}
 */
export class DocumentReader {
  readonly #items: unknown[] = [];
  /** Whole lines that are no items: the first one, and what follows the list. */
  readonly #frame: string[] = [];
  #list: string | undefined;
  /** The line that is not whole yet. */
  #rest = '';

  push(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#take(line);
  }

  /** @returns undefined when nothing came @throws SyntaxError when what came is no JSON */
  end(): unknown {
    const text = [...this.#frame, this.#rest].join('\n').trim();
    if (text === '') return undefined;
    const document = JSON.parse(text) as Record<string, unknown>;
    if (this.#list === undefined) return document;
    // the last item stands on the line that ends the list
    const last = document[this.#list] as readonly unknown[];
    return { ...document, [this.#list]: [...this.#items, ...last] };
  }

  #take(line: string): void {
    if (this.#frame.length === 0) {
      this.#frame.push(line);
      this.#list = OPENS_LIST.exec(line)?.[1];
    } else if (this.#list !== undefined && line.endsWith(',')) {
      this.#items.push(JSON.parse(line.slice(0, -1)));
    } else {
      this.#frame.push(line);
    }
  }
}
