import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ProjectCopy } from './project-copy.ts';

const run = promisify(execFile);

/** All of the project, to be changed and judged by its own tools. */
export class WholeCopy extends ProjectCopy {
  readonly #before: ReadonlyMap<string, string>;

  constructor() {
    super([]);
    this.#before = this.#digests();
  }

  /** Runs one of the project's tools. @throws Error with what it printed */
  async run(tool: string, ...args: readonly string[]): Promise<string> {
    const env: NodeJS.ProcessEnv = { ...process.env, CDK_VALIDATION: 'false', FORCE_COLOR: '0' };
    // a run of vitest within one is a run of its own
    for (const name of Object.keys(env)) if (name.startsWith('VITEST')) delete env[name];
    const program = tool === 'node' ? process.execPath : join(this.path, 'node_modules/.bin', tool);
    try {
      return (await run(program, args, { cwd: this.path, env, maxBuffer: 1e8 })).stdout;
    } catch (error) {
      const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
      throw new Error(`${tool} ${args.join(' ')} failed:\n${stdout}\n${stderr}`, { cause: error });
    }
  }

  /** Files that came and files that changed since the copy was made. */
  changes(): { readonly added: readonly string[]; readonly changed: readonly string[] } {
    const now = this.#digests();
    const files = [...now.keys()];
    return {
      added: files.filter((file) => !this.#before.has(file)),
      changed: [...this.#before.keys()].filter((file) => now.get(file) !== this.#before.get(file)),
    };
  }

  #digests(): ReadonlyMap<string, string> {
    const files = globSync('{*,.*,{.ci,cli,docs,functions,infra,local,shared,test}/**}', {
      cwd: this.path,
      withFileTypes: true,
    });
    return new Map(
      files
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
        .toSorted()
        .map((path) => [
          path.slice(this.path.length + 1),
          createHash('sha256').update(readFileSync(path)).digest('hex'),
        ]),
    );
  }
}
