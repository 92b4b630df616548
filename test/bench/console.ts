import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { build, bundleOptions } from '../../cli/console/bundle-page.ts';
import { hasBrowser, launchBrowser } from '../support/browser.ts';
import { CONSOLE_PAGES } from '../support/console-pages.ts';
import { drawn, type Drawn } from '../support/drawn.ts';
import { settled } from '../support/page-checks.ts';
import { PipelineUnderTest } from '../support/pipeline.ts';
import { waitFor } from '../support/wait-for.ts';
import { quantile, spread } from './statistics.ts';
import { putAll } from './throughput.ts';

const PAGE_DIR = resolve(import.meta.dirname, '../../cli/console/page');
const LOADS = 9;
// looking costs the runtime something too
const LOOK_AGAIN_MS = 200;
const PATIENCE_MS = 600_000;

/** The console's page: how large, how soon it is painted, and what it costs the pipeline to be looked at. A line as each is known. */
export async function* consolePage(objects: number, rounds: number): AsyncGenerator<string> {
  if (!hasBrowser) throw new Error('there is no Chromium: install one, or name it with CHROMIUM');
  await using pipeline = await PipelineUnderTest.start({ more: ['--console-port', '0'] });
  const browser = await launchBrowser();
  try {
    yield await sizes();
    yield* paints(browser, pipeline);
    yield* costOfLooking(browser, pipeline, objects, rounds);
  } finally {
    await browser.close();
  }
}

/** Of what the page is made: as it is, and as a server that compresses would send it. */
async function sizes(): Promise<string> {
  const { outputFiles } = await build({ ...bundleOptions(PAGE_DIR), write: false });
  const files = [
    { name: 'index.html', bytes: await readFile(join(PAGE_DIR, 'index.html')) },
    ...outputFiles.map(({ path, contents }) => ({
      name: path.replace(/^.*[/\\]/, ''),
      bytes: Buffer.from(contents),
    })),
  ].map(({ name, bytes }) => ({ name, raw: bytes.length, zipped: gzipSync(bytes, { level: 9 }).length }));
  const total = (of: 'raw' | 'zipped') => files.reduce((sum, file) => sum + file[of], 0);
  const text = files.map(
    ({ name, raw, zipped }) => `${name} ${kilobytes(raw)}, ${kilobytes(zipped)} gzipped`,
  );
  return `${text.join('; ')}; in all ${kilobytes(total('raw'))}, ${kilobytes(total('zipped'))} gzipped`;
}

const kilobytes = (bytes: number): string => `${(bytes / 1_000).toFixed(1)} kB`;

/** Each load in a context of its own, which has nothing in its cache; in turn with a page of one word, which is what the browser itself takes. */
async function* paints(browser: Browser, pipeline: PipelineUnderTest): AsyncGenerator<string> {
  await putAll(pipeline, 50);
  await drained(pipeline);
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/html');
    response.end('<!doctype html><title>one word</title><p>Sluice</p>');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const oneWord: Drawn[] = [];
  for (const { path } of CONSOLE_PAGES) {
    const all: Drawn[] = [];
    // the first load has the page bundled
    for (let load = 0; load <= LOADS; load++) {
      const one = await drawnAlone(browser, (page) => opened(page, pipeline, path));
      const other = await drawnAlone(browser, async (page) => {
        await page.goto(`http://127.0.0.1:${port}/`);
        return page;
      });
      if (load > 0) {
        all.push(one);
        oneWord.push(other);
      }
    }
    const shifts = all.map(({ shift }) => shift);
    yield `${path.padEnd(8)} first paint ${paintText(all)}; layout shift at most ${Math.max(...shifts).toFixed(3)}`;
  }
  server.close();
  yield `a page of one word: first paint ${paintText(oneWord)}`;
}

const paintText = (all: readonly Drawn[]): string =>
  spread(
    all.map(({ paintMs }) => paintMs),
    'ms',
  );

async function drawnAlone(browser: Browser, open: (page: Page) => Promise<Page>): Promise<Drawn> {
  const context = await browser.newContext({ viewport: { width: 1_280, height: 900 } });
  try {
    return await drawn(await open(await context.newPage()));
  } finally {
    await context.close();
  }
}

/** What is in sight while objects come: nothing, one page, or two side by side. */
const SIGHTS: readonly (readonly string[])[] = [[], ['/flow'], ['/objects'], ['/flow', '/objects']];

/**
 * The same uploads with nobody looking, with Flow open, with Objects, and with both in two windows: in turn, and the first of each round in
 * turn too. Both windows are open all the time, on an empty page meanwhile: what a browser does for a new window is not the console's.
 */
async function* costOfLooking(
  browser: Browser,
  pipeline: PipelineUnderTest,
  objects: number,
  rounds: number,
): AsyncGenerator<string> {
  const windows = await Promise.all(
    SIGHTS.at(-1)!.map(async (path) => ({
      path,
      page: await browser.newPage({ viewport: { width: 1_280, height: 900 } }),
    })),
  );
  const rates = SIGHTS.map((): number[] => []);
  // the first round warms the functions up
  for (let round = 0; round <= rounds; round++) {
    for (let turn = 0; turn < SIGHTS.length; turn++) {
      const sight = (round + turn) % SIGHTS.length;
      for (const { page, path } of windows) {
        if (SIGHTS[sight]!.includes(path)) await opened(page, pipeline, path);
        else await page.goto('about:blank');
      }
      const rate = await rateOf(pipeline, objects, `${round}-${sight}`);
      if (round > 0) rates[sight]!.push(rate);
    }
  }
  const [alone = [], ...watched] = rates;
  yield `${objects} objects a round, nobody looks: ${spread(alone, 'objects/s')}`;
  for (const [index, of] of watched.entries()) {
    const costs = of.map((rate, round) => (1 - rate / alone[round]!) * 100);
    const byMedians = (1 - quantile(of, 0.5) / quantile(alone, 0.5)) * 100;
    yield `${SIGHTS[index + 1]!.join(' and ')} open: ${spread(of, 'objects/s')}; costs ${byMedians.toFixed(1)} % of the rate by the medians, round by round ${spread(costs, '%', 1)}`;
  }
}

async function rateOf(pipeline: PipelineUnderTest, objects: number, name: string): Promise<number> {
  const began = performance.now();
  await putAll(pipeline, objects, `csv/bench/${name}`);
  await drained(pipeline);
  return (objects * 1_000) / (performance.now() - began);
}

const drained = (pipeline: PipelineUnderTest): Promise<void> =>
  waitFor(async () => (await pipeline.status()).drained, 'the pipeline to drain', PATIENCE_MS, LOOK_AGAIN_MS);

async function opened(page: Page, { consoleUrl }: PipelineUnderTest, path: string): Promise<Page> {
  const { origin, hash } = new URL(consoleUrl!);
  await page.goto(`${origin}${path}${hash}`);
  await settled(page);
  return page;
}
