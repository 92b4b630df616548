import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createVitest, type TestModule, type TestSpecification, type Vitest } from 'vitest/node';
import { ProjectCopy } from '../support/project-copy.ts';
import { withMistake, type Canary } from './canary.ts';
import type { FileRun } from './verdict.ts';

const NOTHING_RAN: FileRun = { tests: [], errors: [] };

/** A copy of the project in which a mistake is made, and one vitest that runs the copy's tests as often as it is asked to. */
export class TestedCopy implements AsyncDisposable {
  readonly #copy: ProjectCopy;
  readonly #vitest: Vitest;
  readonly #specifications: ReadonlyMap<string, TestSpecification>;

  private constructor(
    copy: ProjectCopy,
    vitest: Vitest,
    specifications: ReadonlyMap<string, TestSpecification>,
  ) {
    this.#copy = copy;
    this.#vitest = vitest;
    this.#specifications = specifications;
  }

  /** @param files the tests that will be run */
  static async make(files: readonly string[]): Promise<TestedCopy> {
    const copy = new ProjectCopy([]);
    process.once('exit', () => rmSync(copy.path, { recursive: true, force: true }));
    const vitest = await createVitest({
      root: copy.path,
      watch: false,
      reporters: [{}],
      silent: true,
      // a module that was kept from before would hide the mistake
      fsModuleCache: false,
    });
    const found = await vitest.globTestSpecifications([...files]);
    return new TestedCopy(copy, vitest, new Map(found.map((one) => [one.moduleId, one])));
  }

  /** Runs those tests of a file whose names have one of the titles in them. */
  async run(file: string, titles: readonly string[]): Promise<FileRun> {
    const runs = await this.runAll(new Map([[file, titles]]));
    return runs.get(file) ?? NOTHING_RAN;
  }

  /** The same of several files at once. */
  async runAll(titlesByFile: ReadonlyMap<string, readonly string[]>): Promise<ReadonlyMap<string, FileRun>> {
    const asked: TestSpecification[] = [];
    for (const [file, titles] of titlesByFile) {
      const specification = this.#specifications.get(join(this.#copy.path, file));
      if (specification === undefined) continue;
      specification.testNamePattern = new RegExp(titles.map((title) => RegExp.escape(title)).join('|'));
      asked.push(specification);
    }
    const { testModules, unhandledErrors } = await this.#vitest.runTestSpecifications(asked);
    // those of earlier runs are told again
    const modules = new Map(testModules.map((module) => [module.moduleId, module]));
    return new Map(
      [...titlesByFile.keys()].map((file) => {
        const module = modules.get(join(this.#copy.path, file));
        const errors = [...(module?.errors() ?? []), ...unhandledErrors].map(firstLine);
        return [file, { tests: module === undefined ? [] : testsOf(module), errors }];
      }),
    );
  }

  /** Makes the mistake, and takes it back when that is over. @throws RangeError when its line is not there once */
  async withMistake<Result>(canary: Canary, during: () => Promise<Result>): Promise<Result> {
    const right = this.#copy.read(canary.file);
    this.#put(canary.file, withMistake(right, canary));
    try {
      return await during();
    } finally {
      this.#put(canary.file, right);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#vitest.close();
  }

  #put(file: string, text: string): void {
    this.#copy.write(file, text);
    this.#vitest.invalidateFile(join(this.#copy.path, file));
  }
}

/** Those that were asked for: vitest calls the others skipped. */
function testsOf(module: TestModule): FileRun['tests'] {
  return [...module.children.allTests()].flatMap((test) => {
    const { state, errors = [] } = test.result();
    const isLeftOut = state === 'skipped' && test.options.mode === 'skip';
    if (state === 'pending' || isLeftOut) return [];
    return [{ name: test.fullName, state, errors: errors.map(firstLine) }];
  });
}

const firstLine = (error: unknown): string =>
  String((error as Partial<Error>).message ?? error).split('\n', 1)[0]!;
