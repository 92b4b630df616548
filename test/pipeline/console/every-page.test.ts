import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { alteredAssembly } from '../../support/assembly.ts';
import { hasBrowser, launchBrowser } from '../../support/browser.ts';
import { CONSOLE_PAGES } from '../../support/console-pages.ts';
import { ConsoleUnderTest } from '../../support/console.ts';
import { withoutAction } from '../../support/fault-switch.ts';
import {
  accessibilityViolations,
  overlappingTexts,
  scrollsSideways,
  tabStops,
} from '../../support/page-checks.ts';
import { PipelineUnderTest } from '../../support/pipeline.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** Pages that show one thing need its name. */
const ABOUT: Readonly<Record<string, string>> = { '/object': '?key=csv%2F2026%2Forders.csv' };
const addressOf = (path: string): string => path + (ABOUT[path] ?? '');

const SCHEMES = ['light', 'dark'] as const;
const WIDTHS = [360, 800, 1_600] as const;

/** Where the pictures are, to be looked at. */
const PICTURES = process.env['SLUICE_PICTURES'] ?? temporaryFolder('pictures');

describe.skipIf(!hasBrowser)('every page (skipped where there is no Chromium)', () => {
  let pipeline: PipelineUnderTest;
  let browser: Browser;
  let console: ConsoleUnderTest;

  beforeAll(async () => {
    const assemblyDir = alteredAssembly((template) =>
      withoutAction(template, 'CsvRowCounter', 's3:GetObjectVersion'),
    );
    [pipeline, browser] = await Promise.all([PipelineUnderTest.start({ assemblyDir }), launchBrowser()]);
    console = await ConsoleUnderTest.start({ pipeline, browser });
    mkdirSync(PICTURES, { recursive: true });
  });
  afterAll(async () => {
    try {
      await console?.[Symbol.asyncDispose]();
    } finally {
      await browser?.close();
      await pipeline?.[Symbol.asyncDispose]();
    }
  });

  /** Opens a page and waits until what it asks first is answered. */
  async function open(path: string): Promise<void> {
    await console.open(addressOf(path));
    await settled();
  }

  const settled = async () => {
    await console.page.waitForFunction(
      `document.querySelector('main h1') !== null && !/…$/m.test(document.querySelector('main').innerText)`,
    );
  };

  async function fillPipeline(): Promise<void> {
    const objects: Readonly<Record<string, string>> = {
      'csv/2026/orders.csv': 'id,amount\n1,5\n2,7\n',
      'csv/2026/returns with a long name, as people give them to their files 2026-11-20.csv': 'id\n1\n',
      'images/cat 1.png': 'x'.repeat(4_000),
      'notes.txt': 'hello',
    };
    for (const [Key, Body] of Object.entries(objects)) {
      await pipeline.s3.send(new PutObjectCommand({ Bucket: pipeline.bucket, Key, Body }));
    }
    await pipeline.drain();
  }

  describe.each(['empty', 'with data'] as const)('%s', (state) => {
    beforeAll(async () => {
      if (state === 'with data') await fillPipeline();
    });

    describe.each(SCHEMES)('in the %s theme', (colorScheme) => {
      beforeAll(async () => {
        await console.page.emulateMedia({ colorScheme });
      });

      test.each(CONSOLE_PAGES)('$path has no violation that axe-core finds', async ({ path }) => {
        await console.page.setViewportSize({ width: 1_280, height: 900 });
        await open(path);

        expect(await accessibilityViolations(console.page)).toEqual([]);
      });

      test.each(CONSOLE_PAGES)('$path fits its window, and no text lies over another', async ({ path }) => {
        await open(path);
        const found: string[] = [];
        for (const width of WIDTHS) {
          await console.page.setViewportSize({ width, height: 900 });
          await settled();
          const name = `${path.slice(1)}-${state.replace(' ', '-')}-${colorScheme}-${width}.png`;
          await console.page.screenshot({ path: join(PICTURES, name), fullPage: true });
          const sideways = await scrollsSideways(console.page);
          if (sideways > 0) found.push(`${width}: ${sideways} pixels too wide`);
          for (const pair of await overlappingTexts(console.page)) found.push(`${width}: ${pair}`);
        }

        expect(found).toEqual([]);
      });
    });

    test.each(CONSOLE_PAGES)('$path is used by the keyboard alone', async ({ path }) => {
      await console.page.setViewportSize({ width: 1_280, height: 900 });
      await open(path);

      const stops = await tabStops(console.page);

      expect(stops.slice(0, 2).map(({ what }) => what)).toEqual(['a "To the content"', 'a "Sluice"']);
      expect(stops.filter(({ isMarked, isInSight }) => !isMarked || !isInSight)).toEqual([]);
      // whatever can be pressed is come to
      const pressable = await console.page.evaluate<number>(
        `[...document.querySelectorAll('a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea')]
          .filter((each) => each.checkVisibility() && each.tabIndex >= 0).length`,
      );
      expect(stops.length).toBeGreaterThanOrEqual(pressable);
    });

    test.each(CONSOLE_PAGES)('$path is come to by g and $letter', async ({ path, letter }) => {
      await open(CONSOLE_PAGES[0]!.path);
      await console.page.keyboard.press('g');
      await console.page.keyboard.press(letter);
      await console.page.waitForURL((url) => url.pathname === path);

      expect(await console.page.locator('main').evaluate('(main) => main === document.activeElement')).toBe(
        path !== CONSOLE_PAGES[0]!.path,
      );
    });
  });

  test('leads past the menu at once', async () => {
    await open(CONSOLE_PAGES[0]!.path);
    await console.page.keyboard.press('Tab');
    await console.page.keyboard.press('Enter');
    await console.page.keyboard.press('Tab');

    expect(await console.page.evaluate(`document.activeElement.closest('main') !== null`)).toBe(true);
  });
});

describe.skipIf(!hasBrowser)('the checks of a page (skipped where there is no Chromium)', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
  });

  const page = async (html: string) => {
    const made = await browser.newPage({ viewport: { width: 400, height: 400 } });
    await made.setContent(
      `<!doctype html><html lang="en"><title>A page</title><main><h1>Here</h1>${html}</main></html>`,
    );
    return made;
  };

  test('see a text over another, and none where one is cut off', async () => {
    const over = await page('<p style="margin-bottom: -20px">below</p><p style="margin: 0">above</p>');
    const beside = await page(
      '<div style="overflow: hidden; height: 10px; line-height: 40px">cut off</div><p style="margin: 0">below</p>',
    );

    expect(await overlappingTexts(over)).toEqual(['"below" and "above"']);
    expect(await overlappingTexts(beside)).toEqual([]);
  });

  test('see what is wider than the window, what axe-core finds, and a focus that is not seen', async () => {
    const wrong = await page(
      '<div style="width: 500px">wide</div><img src="data:,"><button style="outline: none">quiet</button>',
    );

    expect(await scrollsSideways(wrong)).toBeGreaterThan(90);
    expect((await accessibilityViolations(wrong)).map((line) => line.split(':')[0])).toContain('image-alt');
    expect(await tabStops(wrong)).toEqual([{ what: 'button "quiet"', isMarked: false, isInSight: true }]);
  });
});
