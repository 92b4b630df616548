import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { temporaryFolder } from './temporary-folder.ts';

const PROJECT_DIR = resolve(import.meta.dirname, '../..');

/** What `npm start` needs. */
const RUNNING = [
  'cli',
  'functions',
  'infra',
  'local',
  'shared',
  'cdk.json',
  'package.json',
  'package-lock.json',
];

/** The project as git would take it, to be changed by a test: it shares only node_modules with this one. */
export class ProjectCopy {
  readonly path = temporaryFolder('project');

  /** @param names what to copy; everything when there are none */
  constructor(names: readonly string[] = RUNNING) {
    const files = execFileSync(
      'git',
      ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', ...names],
      { cwd: PROJECT_DIR, encoding: 'utf8' },
    );
    for (const file of new Set(files.split('\0').filter(Boolean))) {
      // one that is deleted and not committed yet is in git still
      cpSync(join(PROJECT_DIR, file), join(this.path, file), { recursive: true, force: true });
    }
    symlinkSync(join(PROJECT_DIR, 'node_modules'), join(this.path, 'node_modules'));
  }

  read(file: string): string {
    return readFileSync(join(this.path, file), 'utf8');
  }

  write(file: string, text: string): void {
    mkdirSync(dirname(join(this.path, file)), { recursive: true });
    writeFileSync(join(this.path, file), text);
  }

  /** Changes a file in place. @throws Error when the edit changes nothing */
  edit(file: string, edit: (text: string) => string): void {
    this.write(file, this.#edited(file, edit));
  }

  /** The same as editors do it: another file takes the place of the first. */
  replace(file: string, edit: (text: string) => string): void {
    this.write(`${file}.new`, this.#edited(file, edit));
    renameSync(join(this.path, `${file}.new`), join(this.path, file));
  }

  /** The one file below a folder whose text has `part`. */
  fileWith(part: string, folder: string): string {
    const found = execFileSync('grep', ['-rlF', '--', part, folder], { cwd: this.path, encoding: 'utf8' });
    const [file, ...others] = found.split('\n').filter(Boolean);
    if (file === undefined || others.length > 0) throw new Error(`${part} is in ${found}`);
    return file;
  }

  #edited(file: string, edit: (text: string) => string): string {
    const before = this.read(file);
    const after = edit(before);
    if (after === before) throw new Error(`the edit changed nothing in ${file}`);
    return after;
  }
}
