import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const PAGES_FILE = resolve(import.meta.dirname, '../../cli/console/page/pages.ts');

/** A page of the console, as the list of pages has it. */
export interface ListedPage {
  /** `/objects` */
  readonly path: string;
  readonly title: string;
  /** Empty for a page that other pages lead to. */
  readonly letter: string;
}

/** Read as text: the list imports the pages, which need a browser. */
export const CONSOLE_PAGES: readonly ListedPage[] = Array.from(
  readFileSync(PAGES_FILE, 'utf8').matchAll(/path: '([^']+)',\s*title: '([^']+)',\s*letter: '([^']*)'/g),
  ([, path = '', title = '', letter = '']) => ({ path, title, letter }),
);
