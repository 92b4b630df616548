import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { describe, expect, test, vi } from 'vitest';
import { bundleFunctions } from '../../infra/bundle.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

// as it is, but counted
vi.mock('esbuild', async (original) => {
  const esbuild = await original<{ readonly build: typeof build }>();
  return { ...esbuild, build: vi.fn<typeof build>(esbuild.build) };
});

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

const outDir = temporaryFolder;

async function handlerIn(folder: string): Promise<(...args: unknown[]) => unknown> {
  const bundle = (await import(pathToFileURL(join(folder, 'index.mjs')).href)) as { handler: () => unknown };
  return bundle.handler;
}

const contents = (folder: string) =>
  readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]);

describe('bundleFunctions', () => {
  test('makes one module of a handler and what it imports', async () => {
    const bundles = await bundleFunctions(project(), ['greeter'], outDir());

    expect(readdirSync(bundles.get('greeter')!).toSorted()).toEqual(['index.mjs', 'index.mjs.map']);
    await expect((await handlerIn(bundles.get('greeter')!))('ada')).resolves.toBe('hello ada');
  });

  test('lets a dependency written as CommonJS require a module of Node', async () => {
    const bundles = await bundleFunctions(project(), ['joiner'], outDir());

    expect((await handlerIn(bundles.get('joiner')!))()).toEqual([join('a', 'b'), 'function']);
  });

  test('gives the same bytes for the same sources, wherever they lie', async () => {
    const here = await bundleFunctions(project(), ['greeter', 'joiner'], outDir());
    const there = await bundleFunctions(project(), ['greeter', 'joiner'], outDir());

    for (const [name, folder] of here) expect(contents(folder)).toEqual(contents(there.get(name)!));
  });

  test('maps the bundle back to sources that are named from the project', async () => {
    const bundles = await bundleFunctions(project(), ['greeter'], outDir());

    const { sources, sourceRoot } = JSON.parse(
      readFileSync(join(bundles.get('greeter')!, 'index.mjs.map'), 'utf8'),
    ) as { sources: string[]; sourceRoot: string };
    expect(sources).toEqual(['shared/greeting.ts', 'functions/greeter/handler.ts']);
    // where a synth puts it: a debugger finds the file of the checkout
    const bundle = new URL('file:///project/cdk.out/asset.0123/index.mjs');
    expect(sources.map((source) => new URL(sourceRoot + source, bundle).pathname)).toEqual([
      '/project/shared/greeting.ts',
      '/project/functions/greeter/handler.ts',
    ]);
  });

  test('builds again in the same process only what a change concerns', async () => {
    const dir = project();
    const text = async (name: string) =>
      readFileSync(
        join((await bundleFunctions(dir, ['greeter', 'joiner'], outDir())).get(name)!, 'index.mjs'),
        'utf8',
      );
    // what was saved just before a build may be built twice
    const settled = async () =>
      vi.waitFor(async () => {
        vi.mocked(build).mockClear();
        await text('greeter');
        expect(build).not.toHaveBeenCalled();
      });
    await settled();

    writeFileSync(join(dir, 'shared/greeting.ts'), 'export const greeting: string = "howdy";\n');

    expect(await text('greeter')).toContain('howdy');
    expect(vi.mocked(build).mock.calls.map(([options]) => options.entryPoints)).toEqual([
      [join(dir, 'functions/greeter/handler.ts')],
    ]);
    await settled();
    // of the same length and by another name
    writeFileSync(join(dir, 'shared/new.ts'), 'export const greeting: string = "hullo";\n');
    renameSync(join(dir, 'shared/new.ts'), join(dir, 'shared/greeting.ts'));
    expect(await text('greeter')).toContain('hullo');
    rmSync(join(dir, 'shared/greeting.ts'));
    await expect(text('greeter')).rejects.toThrow('greeting.ts');
  });

  test('names the consumer that has no handler', async () => {
    await expect(bundleFunctions(project(), ['greeter', 'ghost'], outDir())).rejects.toThrow(
      'consumer ghost: functions/ghost/handler.ts does not exist',
    );
  });
});
