import { basename } from 'node:path';
import type { Command } from 'commander';
import { usageError } from '../cli-error.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { withTarget, type CommonFlags, type Scope, type Session } from '../session.ts';
import { shellWord } from '../terminal/shell-word.ts';
import type { DocumentOf } from '../terminal/document.ts';
import { bytesText } from '../terminal/units.ts';
import { terminalJson } from '../../shared/terminal-text.ts';
import { copyTo, openObject, type OpenObject } from './object-bytes.ts';
import { FileInTheMaking } from './file-in-the-making.ts';
import type { getDocument } from './get-document.ts';
import { keyOf } from './object-location.ts';

interface GetFlags extends CommonFlags {
  readonly versionId?: string;
  readonly force?: boolean;
}

const HELP = `
The bytes as they were uploaded: nothing is decompressed. On a terminal they go into a file of the key's last name in this
folder, elsewhere to standard output, as with - in place of a file. A file that is there already stays as it is without
--force, and a download that breaks off leaves nothing.

  sluice get csv/orders.csv                  becomes orders.csv
  sluice get csv/orders.csv old.csv --version-id RrpwApW6by8tu3A5Wif
  sluice get csv/orders.csv - | head         sluice status csv/orders.csv --json names the versions`;

const STDOUT = '-';

export function defineGet(command: Command, session: Session): void {
  command
    .argument('<key>', 'an object; s3://BUCKET/ may be left out')
    .argument('[file]', 'where to, - for standard output')
    .option('--version-id <id>', 'an older version of it')
    .option('--force', 'write over a file that is there')
    .addHelpText('after', HELP);
  withTarget(command).action(async (key: string, file: string | undefined, flags: GetFlags) => {
    await session.run(flags, (scope) => get(scope, key, file, flags, session));
  });
}

async function get(
  scope: Scope,
  location: string,
  asked: string | undefined,
  { versionId, force = false, json = false }: GetFlags,
  { streams }: Session,
): Promise<ExitCode> {
  const { pipeline, terminal, signal } = scope;
  const key = keyOf(location, pipeline);
  if (key === '') throw usageError('there is no key', 'name an object: sluice get csv/orders.csv');
  const file = asked ?? (streams.stdout.isTTY || json ? nameOf(key) : STDOUT);
  if (file === STDOUT && json) {
    throw usageError(
      'with --json the document goes to standard output, where the bytes would go',
      'name a file, or leave --json out',
    );
  }
  // before anything is asked for
  await using made = file === STDOUT ? undefined : await FileInTheMaking.begin(file, { force });
  const object = await openObject(pipeline, key, versionId, signal);
  using progress = terminal.progress({ label: 'downloading', total: object.size, amountText: bytesText });
  await copyTo(made?.stream ?? streams.stdout, object, { signal, onBytes: (bytes) => progress.show(bytes) });
  await made?.finish();
  progress.clear();
  if (json) printDocument(scope, object, file);
  else if (made !== undefined) {
    terminal.note(`${terminalJson(file)}: ${bytesText(object.size)}, written ${object.lastModified}`);
  }
  return EXIT.done;
}

function nameOf(key: string): string {
  const name = basename(key);
  // of the key `a/`, that would be `a`: another object's name
  if (key.endsWith('/') || name === '' || name === '.' || name === '..' || name === STDOUT) {
    throw usageError(
      `${JSON.stringify(key)} gives a file no name`,
      `say where to: sluice get ${shellWord(key)} FILE`,
    );
  }
  return name;
}

function printDocument({ pipeline, terminal }: Scope, object: OpenObject, file: string): void {
  const { key, versionId, size, etag, lastModified } = object;
  terminal.document<DocumentOf<typeof getDocument>>({
    verb: 'get',
    target: pipeline.deployment,
    bucket: pipeline.ingestBucket,
    object: { key, ...(versionId !== undefined && { versionId }), size, etag, lastModified },
    file,
  });
}
