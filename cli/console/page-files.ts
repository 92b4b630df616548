import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { IS_PACKAGE } from '../../shared/own-commands.ts';

const PAGE_DIR = join(import.meta.dirname, 'page');

/** Paths at which the page shows something of its own: each is the same document. */
const PAGE_PATHS = [
  '/',
  '/flow',
  '/objects',
  '/object',
  '/letters',
  '/archive',
  '/charts',
  '/lab',
  '/verify',
];

/** A file as it is sent. */
export interface PageFile {
  /** 500 where it tells what is wrong with the page's sources. */
  readonly status: 200 | 500;
  readonly contentType: string;
  readonly bytes: Buffer;
  /** Changes with the bytes. */
  readonly etag: string;
  /** What a browser may take for the styles within it: `'sha256-…'`; undefined where there are none. */
  readonly styleSource?: string;
}

type FileName = 'index.html' | 'page.js';
type SourceName = FileName | 'page.css';

/** The name of the file at a path; undefined where there is none. */
export function fileNameAt(path: string): FileName | undefined {
  if (PAGE_PATHS.includes(path)) return 'index.html';
  return path === '/page.js' ? 'page.js' : undefined;
}

/**
 * The page's own files. In the package they lie beside this one; in a checkout they are bundled when the page is first asked
 * for, and again when a source has changed. A source that is broken is told in place of the page.
 */
export class PageFiles {
  readonly #pageDir: string;
  #bundled: Promise<Bundle> | undefined;
  #looking: Promise<Bundle> | undefined;

  /** @param pageDir where its sources lie */
  constructor(pageDir = PAGE_DIR) {
    this.#pageDir = pageDir;
  }

  async read(name: FileName): Promise<PageFile> {
    let bundle: Bundle | undefined;
    try {
      bundle = IS_PACKAGE ? undefined : await this.#bundle();
    } catch (error) {
      return fileOf(500, 'text/plain', `the page cannot be bundled: ${(error as Error).message}\n`);
    }
    const bytesOf = async (source: SourceName): Promise<Buffer> =>
      bundle?.files.get(source) ?? (await readFile(join(this.#pageDir, source)));
    return name === 'page.js'
      ? fileOf(200, 'text/javascript', await bytesOf(name))
      : documentOf(String(await bytesOf(name)), String(await bytesOf('page.css')));
  }

  /** Document and script are asked for together, and the sources looked at once for both. */
  async #bundle(): Promise<Bundle> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return await this.#looking;
  }

  async #look(): Promise<Bundle> {
    const known = await this.#bundled?.catch(() => undefined);
    if (known === undefined || (await stampOf(known.sources)) !== known.stamp) {
      this.#bundled = bundlePage(this.#pageDir);
    }
    return await this.#bundled!;
  }
}

const fileOf = (status: PageFile['status'], type: string, content: Buffer | string): PageFile => {
  const bytes = Buffer.from(content);
  return { status, contentType: `${type}; charset=utf-8`, bytes, etag: etagOf(bytes) };
};

const STYLES_LINK = '<link rel="stylesheet" href="/page.css" />';

/** The document with its styles within: a browser paints without asking for them. */
function documentOf(html: string, styles: string): PageFile {
  if (!html.includes(STYLES_LINK)) throw new Error(`index.html has no ${STYLES_LINK}`);
  const file = fileOf(
    200,
    'text/html',
    html.replace(STYLES_LINK, () => `<style>${styles}</style>`),
  );
  return { ...file, styleSource: `'sha256-${createHash('sha256').update(styles).digest('base64')}'` };
}

const etagOf = (bytes: Buffer): string =>
  `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 27)}"`;

interface Bundle {
  readonly files: ReadonlyMap<string, Buffer>;
  /** Paths of all that it was made of. */
  readonly sources: readonly string[];
  readonly stamp: string;
}

async function bundlePage(pageDir: string): Promise<Bundle> {
  const { bundleOptions, build } = await import('./bundle-page.ts');
  const { outputFiles, metafile } = await build({ ...bundleOptions(pageDir), write: false, metafile: true });
  const sources = Object.keys(metafile.inputs).map((path) => join(pageDir, path));
  return {
    files: new Map(
      outputFiles.map(({ path, contents }) => [path.replace(/^.*[/\\]/, ''), Buffer.from(contents)]),
    ),
    sources,
    stamp: await stampOf(sources),
  };
}

/** Changes with any of the files. */
async function stampOf(paths: readonly string[]): Promise<string> {
  const times = await Promise.all(
    paths.map(async (path) => {
      const { mtimeMs, size } = await stat(path).catch(() => ({ mtimeMs: 0, size: 0 }));
      return `${mtimeMs} ${size}`;
    }),
  );
  return times.join();
}
