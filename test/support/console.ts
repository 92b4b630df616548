import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { ConsoleServer } from '../../cli/console/console-server.ts';
import type { ConnectionOptions } from '../../cli/pipeline/connection.ts';
import type { PipelineUnderTest } from './pipeline.ts';

export interface ConsoleUnderTestOptions {
  readonly browser: Browser;
  /** The pipeline that it is about, as the local one. */
  readonly pipeline?: PipelineUnderTest;
  /** Another target than that, e.g. one in AWS. */
  readonly target?: ConnectionOptions;
  readonly readOnly?: boolean;
  /** Of the browser: `{ viewport: { width: 360, height: 800 }, colorScheme: 'dark' }` */
  readonly context?: BrowserContextOptions;
}

/**
 * The console's server in this process, and its page in a real browser. To be disposed of, which fails after a violation of
 * the page's security policy, an error that it did not catch, or one that it said on the browser's console.
 */
export class ConsoleUnderTest implements AsyncDisposable {
  readonly page: Page;
  readonly #server: ConsoleServer;
  /** What the page did wrong so far. */
  readonly #troubles: string[];
  /** What a test brings about by intent. */
  readonly #meant: RegExp[] = [];

  private constructor(server: ConsoleServer, page: Page, troubles: string[]) {
    this.#server = server;
    this.page = page;
    this.#troubles = troubles;
  }

  /** Opens the page where it begins, and waits until it is drawn. */
  static async start(options: ConsoleUnderTestOptions): Promise<ConsoleUnderTest> {
    const { browser, pipeline, readOnly = false, context } = options;
    const troubles: string[] = [];
    const server = new ConsoleServer({
      target: options.target ?? { target: 'local', dataDir: pipeline!.dataDir },
      readOnly,
      startCommand: 'npx sluice console',
      onTrouble: (text) => troubles.push(`server: ${text}`),
    });
    await server.listen(0);
    const page = await browser.newPage(context);
    await watch(page, troubles);
    const console = new ConsoleUnderTest(server, page, troubles);
    await console.open('/');
    return console;
  }

  /** `http://127.0.0.1:4567` */
  get origin(): string {
    return new URL(this.#server.url).origin;
  }

  /** The token of this start. */
  get token(): string {
    return new URLSearchParams(new URL(this.#server.url).hash.slice(1)).get('token')!;
  }

  /** Goes to one of the page's paths: `/objects?prefix=csv/` */
  async open(path: string): Promise<void> {
    await this.page.goto(`${this.origin}${path}#token=${this.token}`);
    await this.page.locator('#page > *').first().waitFor();
  }

  /** A test that provokes an error of the page says which. */
  mean(trouble: RegExp): void {
    this.#meant.push(trouble);
  }

  /** What the page did wrong so far, and no test has meant. */
  get troubles(): readonly string[] {
    return this.#troubles.filter((trouble) => !this.#meant.some((meant) => meant.test(trouble)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.page.context().close();
    await this.#server.stop();
    if (this.troubles.length > 0) throw new Error(`the page did wrong:\n${this.troubles.join('\n')}`);
  }
}

async function watch(page: Page, troubles: string[]): Promise<void> {
  page.on('pageerror', (error) => troubles.push(`uncaught: ${error.stack ?? error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') troubles.push(`console: ${message.text()}`);
  });
  await page.exposeFunction('sluiceTestViolation', (text: string) => troubles.push(`policy: ${text}`));
  await page.addInitScript(`document.addEventListener('securitypolicyviolation', (event) => {
    sluiceTestViolation([event.violatedDirective, event.blockedURI, event.sourceFile].join(' '));
  });`);
}
