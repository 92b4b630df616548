import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as esbuild from 'esbuild';
import { describe, expect, test, vi } from 'vitest';
import { bundleHandler } from '../../infra/bundle.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const require = createRequire(import.meta.url);
const buildSync = vi.fn<typeof esbuild.buildSync>(esbuild.buildSync);
// as it is, but counted
require.cache[require.resolve('esbuild')]!.exports = { ...esbuild, buildSync };

/** A project of two functions, one of which needs a dependency written as CommonJS that requires one of Node's own modules. */
function project(): string {
  const dir = temporaryFolder();
  const write = (path: string, text: string) => {
    mkdirSync(join(dir, path, '..'), { recursive: true });
    writeFileSync(join(dir, path), text);
  };
  write('shared/greeting.ts', 'export const greeting: string = "hello";\n');
  write(
    'functions/greeter/handler.ts',
    `import { greeting } from '../../shared/greeting.ts';
export const handler = async (name: string): Promise<string> => \`\${greeting} \${name}\`;
`,
  );
  write(
    'functions/caller/handler.ts',
    `import { request } from 'node:http';
export const handler = () => typeof request;
`,
  );
  write('node_modules/old/package.json', '{ "main": "index.js" }');
  write('node_modules/old/index.js', 'module.exports = { join: require("node:path").join };\n');
  write(
    'functions/joiner/handler.ts',
    `// @ts-expect-error it has no types
import old from 'old';
import { createRequire } from 'node:module';
export const handler = () => [old.join('a', 'b'), typeof createRequire];
`,
  );
  return dir;
}

/** The folder of the function's bundle. */
function bundled(projectDir: string, name: string, handler?: string): string {
  const folder = temporaryFolder();
  bundleHandler({ name, ...(handler !== undefined && { handler }) }, projectDir, folder);
  return folder;
}

async function handlerIn(folder: string): Promise<(...args: unknown[]) => unknown> {
  const bundle = (await import(pathToFileURL(join(folder, 'index.mjs')).href)) as { handler: () => unknown };
  return bundle.handler;
}

const loadsUndici = (file: string): boolean =>
  JSON.parse(
    execFileSync(process.execPath, [
      '--input-type=module',
      '--eval',
      `await import(${JSON.stringify(file)}); console.log(process.moduleLoadList.some((name) => name.includes('undici')))`,
    ]).toString(),
  ) as boolean;

const contents = (folder: string) =>
  readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]);

describe('the bundle of a handler', () => {
  test('is one module of it and what it imports', async () => {
    const bundle = bundled(project(), 'greeter');

    expect(readdirSync(bundle).toSorted()).toEqual(['index.mjs', 'index.mjs.map']);
    await expect((await handlerIn(bundle))('ada')).resolves.toBe('hello ada');
  });

  test('has what the handler loads when it is wanted in a file of its own, with a source map', async () => {
    const dir = project();
    writeFileSync(join(dir, 'functions/caller/seldom.ts'), `export const seldom = 'hello, seldom';\n`);
    writeFileSync(
      join(dir, 'functions/caller/handler.ts'),
      `export const handler = async () => (await import('./seldom.ts')).seldom;\n`,
    );

    const bundle = bundled(dir, 'caller');

    // and what both need in a third
    const files = readdirSync(bundle).map((file) => file.replace(/-\w{8}\./, '.'));
    expect(files).toEqual(expect.arrayContaining(['index.mjs', 'seldom.mjs', 'seldom.mjs.map']));
    expect(readFileSync(join(bundle, 'index.mjs'), 'utf8')).not.toContain('hello, seldom');
    await expect((await handlerIn(bundle))()).resolves.toBe('hello, seldom');
  });

  test('lets a dependency written as CommonJS require a module of Node', async () => {
    const bundle = bundled(project(), 'joiner');

    expect((await handlerIn(bundle))()).toEqual([join('a', 'b'), 'function']);
  });

  test("takes Node's http without loading undici, which an import of it does", async () => {
    const dir = project();
    const bundle = bundled(dir, 'caller');

    expect((await handlerIn(bundle))()).toBe('function');
    expect(loadsUndici(join(dir, 'functions/caller/handler.ts'))).toBe(true);
    expect(loadsUndici(join(bundle, 'index.mjs'))).toBe(false);
  });

  test.each(['greeter', 'joiner', 'caller'])(
    'of %s has the same bytes for the same sources, wherever they lie',
    (name) => {
      expect(contents(bundled(project(), name))).toEqual(contents(bundled(project(), name)));
    },
  );

  test('maps back to sources that are named from the project', () => {
    const bundle = bundled(project(), 'greeter');

    const { sources, sourceRoot } = JSON.parse(readFileSync(join(bundle, 'index.mjs.map'), 'utf8')) as {
      sources: string[];
      sourceRoot: string;
    };
    expect(sources).toEqual(['shared/greeting.ts', 'functions/greeter/handler.ts']);
    // where a synth puts it: a debugger finds the file of the checkout
    const inAssembly = new URL('file:///project/cdk.out/asset.0123/index.mjs');
    expect(sources.map((source) => new URL(sourceRoot + source, inAssembly).pathname)).toEqual([
      '/project/shared/greeting.ts',
      '/project/functions/greeter/handler.ts',
    ]);
  });

  test('is built again in the same process only when a change concerns it', async () => {
    const dir = project();
    const text = (name: string) => readFileSync(join(bundled(dir, name), 'index.mjs'), 'utf8');
    // what was saved just before a build may be built twice
    const settled = async () =>
      vi.waitFor(() => {
        buildSync.mockClear();
        text('greeter');
        text('joiner');
        expect(buildSync).not.toHaveBeenCalled();
      });
    await settled();

    writeFileSync(join(dir, 'shared/greeting.ts'), 'export const greeting: string = "howdy";\n');

    expect(text('greeter')).toContain('howdy');
    text('joiner');
    expect(buildSync.mock.calls.map(([options]) => options.entryPoints)).toEqual([
      [join(dir, 'functions/greeter/handler.ts')],
    ]);
    await settled();
    // of the same length and by another name
    writeFileSync(join(dir, 'shared/new.ts'), 'export const greeting: string = "hullo";\n');
    renameSync(join(dir, 'shared/new.ts'), join(dir, 'shared/greeting.ts'));
    expect(text('greeter')).toContain('hullo');
    rmSync(join(dir, 'shared/greeting.ts'));
    expect(() => text('greeter')).toThrow('greeting.ts');
  });

  test.each(['lib/greet', 'lib/greet.js'])('is of the handler that %j names', async (handler) => {
    const dir = project();
    mkdirSync(join(dir, 'lib'));
    writeFileSync(join(dir, 'lib/greet.js'), "export const handler = () => 'in JavaScript';\n");

    expect((await handlerIn(bundled(dir, 'greeter', handler)))()).toBe('in JavaScript');
    expect((await handlerIn(bundled(dir, 'greeter', join(dir, handler))))()).toBe('in JavaScript');
  });

  test.each([
    [undefined, 'consumer ghost: functions/ghost/handler.ts does not exist; write it, or name another'],
    ['lib/ghost', 'consumer ghost: lib/ghost does not exist; write it, or mend its handler'],
    // a folder is none
    ['functions/greeter', 'consumer ghost: functions/greeter does not exist'],
  ])('is refused by name where the handler %j is missing', (handler, message) => {
    expect(() => bundled(project(), 'ghost', handler)).toThrow(message);
  });
});
