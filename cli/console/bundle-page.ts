import { join } from 'node:path';
import type { BuildOptions } from 'esbuild';

export { build } from 'esbuild';

/** How the page becomes one script and one sheet of styles. @param pageDir where its sources lie */
export const bundleOptions = (pageDir: string): BuildOptions => ({
  absWorkingDir: pageDir,
  entryPoints: [join(pageDir, 'page.tsx')],
  outdir: join(pageDir, 'out'),
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  // the tsconfig of the page is for the checker: its JSX runtime makes a larger page
  tsconfigRaw: { compilerOptions: { jsx: 'react', jsxFactory: 'h', jsxFragmentFactory: 'Fragment' } },
  inject: [join(pageDir, 'jsx-factory.ts')],
  legalComments: 'none',
  logLevel: 'silent',
});
