import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const IMPORT = /^(?:import|export)\s+(?!type\b)(?:[^'"`;]*?\sfrom\s+)?'([^']+)'/gm;

/**
 * The test files that come to one of some modules by a chain of imports. An `import()`, which runs only when it is
 * called, is not followed.
 *
 * @param modules as they are imported: `node:child_process`
 * @returns paths from the project's folder, in order: `test/cli/kill.test.ts`
 */
export function testsReaching(projectDir: string, modules: ReadonlySet<string>): string[] {
  const read = new Map<string, readonly string[]>();
  const importsOf = (file: string): readonly string[] => {
    const known = read.get(file);
    if (known !== undefined) return known;
    const names = [...readFileSync(file, 'utf8').matchAll(IMPORT)].map(([, name = '']) => name);
    const found = names.map((name) => (name.startsWith('.') ? resolve(dirname(file), name) : name));
    read.set(file, found);
    return found;
  };
  const reaches = (file: string): boolean => {
    const seen = new Set([file]);
    // what is added while it is walked is walked too
    for (const each of seen) {
      for (const name of importsOf(each)) {
        if (modules.has(name)) return true;
        if (existsSync(name)) seen.add(name);
      }
    }
    return false;
  };
  return globSync('test/**/*.test.ts', { cwd: projectDir })
    .filter((path) => reaches(join(projectDir, path)))
    .toSorted();
}
