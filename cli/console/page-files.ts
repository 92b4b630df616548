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
  readonly contentType: string;
  readonly bytes: Buffer;
  /** Changes with the bytes. */
  readonly etag: string;
}

type FileName = 'index.html' | 'page.js' | 'page.css';

const CONTENT_TYPES: Readonly<Record<FileName, string>> = {
  'index.html': 'text/html; charset=utf-8',
  'page.js': 'text/javascript; charset=utf-8',
  'page.css': 'text/css; charset=utf-8',
};

/** The name of the file at a path; undefined where there is none. */
export function fileNameAt(path: string): FileName | undefined {
  if (PAGE_PATHS.includes(path)) return 'index.html';
  if (path === '/page.js' || path === '/page.css') return path.slice(1) as FileName;
  return undefined;
}

/** The page's own files: in the package they lie beside this one, in a checkout they are bundled when they are first asked for, and again when a source has changed. */
export class PageFiles {
  #bundled: Promise<Bundle> | undefined;

  /** @throws Error, in esbuild's own words, where a source is broken */
  async read(name: FileName): Promise<PageFile> {
    if (name === 'index.html' || IS_PACKAGE) return asFile(name, await readFile(join(PAGE_DIR, name)));
    const bytes = (await this.#bundle()).files.get(name);
    if (bytes === undefined) throw new Error(`the bundle of ${PAGE_DIR} has no ${name}`);
    return asFile(name, bytes);
  }

  async #bundle(): Promise<Bundle> {
    const known = await this.#bundled?.catch(() => undefined);
    if (known === undefined || (await stampOf(known.sources)) !== known.stamp) this.#bundled = bundlePage();
    return await this.#bundled!;
  }
}

const asFile = (name: FileName, bytes: Buffer): PageFile => ({
  contentType: CONTENT_TYPES[name],
  bytes,
  etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 27)}"`,
});

interface Bundle {
  readonly files: ReadonlyMap<string, Buffer>;
  /** Paths of all that it was made of. */
  readonly sources: readonly string[];
  readonly stamp: string;
}

async function bundlePage(): Promise<Bundle> {
  const { bundleOptions, build } = await import('./bundle-page.ts');
  const { outputFiles, metafile } = await build({ ...bundleOptions(PAGE_DIR), write: false, metafile: true });
  const sources = Object.keys(metafile.inputs).map((path) => join(PAGE_DIR, path));
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
