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
  goTo,
  overlappingTexts,
  scrollsSideways,
  pressables,
  settled,
  tabStops,
} from '../../support/page-checks.ts';
import { PipelineUnderTest } from '../../support/pipeline.ts';

/** Pages that show one thing need its name. */
const ABOUT: Readonly<Record<string, string>> = { '/object': '?key=csv%2F2026%2Forders.csv' };
const addressOf = (path: string): string => path + (ABOUT[path] ?? '');

const SCHEMES = ['light', 'dark'] as const;
/** What a theme can break: it changes colours and nothing else. */
const COLOUR_RULES = ['color-contrast', 'link-in-text-block'];
const WIDTHS = [360, 800, 1_600] as const;

/** A folder for a picture of each page in each theme and width, to be looked at; none are taken where it is not named. */
const PICTURES = process.env['SLUICE_PICTURES'];

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
  });
  afterAll(async () => {
    try {
      await console?.[Symbol.asyncDispose]();
    } finally {
      await browser?.close();
      await pipeline?.[Symbol.asyncDispose]();
    }
  });

  async function takePictures(name: string): Promise<void> {
    for (const colorScheme of PICTURES === undefined ? [] : SCHEMES) {
      await console.page.emulateMedia({ colorScheme });
      await console.page.screenshot({ path: join(PICTURES!, `${name}-${colorScheme}.png`), fullPage: true });
    }
  }

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

  let filled: Promise<void> | undefined;
  const beFilled = async (): Promise<void> => await (filled ??= fillPipeline());

  describe.each(['empty', 'with data'] as const)('%s', (state) => {
    beforeAll(async () => {
      if (state === 'with data') await beFilled();
    });

    test.each(CONSOLE_PAGES)(
      '$path has no violation that axe-core finds, in both themes',
      async ({ path }) => {
        await console.page.setViewportSize({ width: 1_280, height: 900 });
        await goTo(console.page, addressOf(path));
        const found: string[] = [];
        for (const [colorScheme, rules] of [['light'], ['dark', COLOUR_RULES]] as const) {
          await console.page.emulateMedia({ colorScheme });
          for (const one of await accessibilityViolations(console.page, rules)) {
            found.push(`${colorScheme}: ${one}`);
          }
        }

        expect(found).toEqual([]);
      },
    );

    test.each(CONSOLE_PAGES)('$path fits its window, and no text lies over another', async ({ path }) => {
      await goTo(console.page, addressOf(path));
      const found: string[] = [];
      for (const width of WIDTHS) {
        await console.page.setViewportSize({ width, height: 900 });
        await settled(console.page);
        await takePictures(`${path.slice(1)}-${state.replace(' ', '-')}-${width}`);
        const sideways = await scrollsSideways(console.page);
        if (sideways > 0) found.push(`${width}: ${sideways} pixels too wide`);
        for (const pair of await overlappingTexts(console.page)) found.push(`${width}: ${pair}`);
      }

      expect(found).toEqual([]);
    });

    test.each(CONSOLE_PAGES)('$path is used by the keyboard alone', async ({ path }) => {
      await console.page.setViewportSize({ width: 1_280, height: 900 });
      await goTo(console.page, addressOf(path));

      let stops = await tabStops(console.page);
      // a list may come meanwhile, with more to press
      for (let again = 0; again < 5 && stops.length < (await pressables(console.page)); again++) {
        stops = await tabStops(console.page);
      }

      expect(stops.slice(0, 2).map(({ what }) => what)).toEqual(['a "To the content"', 'a "Sluice"']);
      expect(stops.filter(({ isMarked, isInSight }) => !isMarked || !isInSight)).toEqual([]);
      // whatever can be pressed is come to
      expect(stops.length).toBeGreaterThanOrEqual(await pressables(console.page));
    });
  });

  test.each(CONSOLE_PAGES.filter(({ letter }) => letter !== ''))(
    '$path is come to by g and $letter',
    async ({ path, letter }) => {
      const other = CONSOLE_PAGES.find((page) => page.path !== path)!;
      await goTo(console.page, addressOf(other.path));
      await console.page.keyboard.press('g');
      await console.page.keyboard.press(letter);
      await console.page.waitForURL((url) => url.pathname === path);
      await settled(console.page);

      expect(await console.page.evaluate('document.activeElement.id')).toBe('main');
    },
  );

  test('leads past the menu at once', async () => {
    await console.open('/');
    await console.page.locator('main button').first().waitFor();
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

    expect(await overlappingTexts(over)).toEqual(['"above" and "below"']);
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
