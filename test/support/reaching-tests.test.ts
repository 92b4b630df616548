import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { testsReaching } from './reaching-tests.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A project of these files. */
function projectOf(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder('reaching');
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

test('a test reaches a module by a chain of imports, over several lines and through a re-export, in a circle too', () => {
  const folder = projectOf({
    'test/itself.test.ts': "import { spawn } from 'node:child_process';\n",
    'test/far.test.ts': "import {\n  a,\n  type B,\n} from '../room/a.ts';\n",
    'test/bare.test.ts': "import '../room/b.ts';\n",
    'room/a.ts': "export { b } from './b.ts';\n",
    'room/b.ts': "import { a } from './a.ts';\nimport { fork } from 'node:child_process';\n",
  });

  expect(testsReaching(folder, new Set(['node:child_process']))).toEqual([
    'test/bare.test.ts',
    'test/far.test.ts',
    'test/itself.test.ts',
  ]);
});

test('what is imported as a type alone, when it is called, or by no name of them is not reached', () => {
  const folder = projectOf({
    'test/type.test.ts': "import type { ChildProcess } from 'node:child_process';\n",
    'test/called.test.ts': "const { spawn } = await import('node:child_process');\n",
    'test/other.test.ts': "import { join } from 'node:path';\nimport './gone.ts';\n",
  });

  expect(testsReaching(folder, new Set(['node:child_process']))).toEqual([]);
});
