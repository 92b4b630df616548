import { lstatSync, mkdtempSync, readdirSync, rmSync, type Stats } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const PREFIX = 'sluice-sockets-';
const SOCKET = 'socket';

/** A socket's path has room for 108 bytes on Linux and for 104 on macOS, the last of them a NUL. */
const LONGEST_PATH_BYTES = 103;

/** A folder as old as that, whose child has not begun to listen, has no child any more. */
const STARTING_MS = 60_000;

/** No temporary folder is fit for a socket. */
export class NoSocketFolderError extends Error {
  override readonly name = 'NoSocketFolderError';
}

/** A Unix socket in a folder of its own, which only this user may enter. */
export interface SocketFolder {
  /** Where the child listens. */
  readonly path: string;
  /** May be repeated. */
  remove(): void;
}

/**
 * Makes a folder for the socket of a child process. It lies in the system's temporary folder, since the path of a
 * socket is short and that of a data folder need not be.
 *
 * @throws NoSocketFolderError when no temporary folder has a path that is short enough
 */
export function makeSocketFolder(): SocketFolder {
  const parent = socketParents().find(
    (folder) => Buffer.byteLength(join(folder, `${PREFIX}XXXXXX`, SOCKET)) <= LONGEST_PATH_BYTES,
  );
  if (parent === undefined) {
    throw new NoSocketFolderError(
      `the temporary folder ${JSON.stringify(tmpdir())} has too long a path for a socket; set TMPDIR to a short one, e.g. TMPDIR=/tmp`,
    );
  }
  // made with mode 0700, under a name that was not there
  const folder = mkdtempSync(join(parent, PREFIX));
  return { path: join(folder, SOCKET), remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Removes the folders that runtimes of this user have left behind which were killed: where nobody listens any more. */
export async function removeStaleSocketFolders(): Promise<void> {
  const folders = socketParents().flatMap((parent) =>
    namesIn(parent)
      .filter((name) => name.startsWith(PREFIX))
      .map((name) => join(parent, name)),
  );
  await Promise.all(
    folders.map(async (folder) => {
      if (await isStale(folder)) rmSync(folder, { recursive: true, force: true });
    }),
  );
}

async function isStale(folder: string): Promise<boolean> {
  const found = statOf(folder);
  // another user's, or a link that only looks like ours
  if (found === undefined || !found.isDirectory() || found.uid !== process.getuid?.()) return false;
  if (statOf(join(folder, SOCKET)) === undefined) {
    return fileTimeMs(dirname(folder)) - found.mtimeMs > STARTING_MS;
  }
  return await refuses(join(folder, SOCKET));
}

/**
 * The time that the file system gives to what is made in a folder now: only with that can the times of others be
 * compared, since this process's clock may be days away from the one of who made them.
 *
 * @returns milliseconds since 1970; 0, before which nothing is old, where nothing can be made
 */
function fileTimeMs(parent: string): number {
  let probe: string;
  try {
    probe = mkdtempSync(join(parent, PREFIX));
  } catch {
    return 0;
  }
  try {
    return lstatSync(probe).mtimeMs;
  } finally {
    rmSync(probe, { recursive: true, force: true });
  }
}

/** Whether nobody listens there. A child that only is slow has the connection wait. */
async function refuses(path: string): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connect({ path });
    socket.once('connect', () => {
      socket.destroy();
      resolve(false);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'ECONNREFUSED'));
  });
}

/** The short one is for a `TMPDIR` that lies deep. */
const socketParents = (): string[] => [...new Set([tmpdir(), '/tmp'])];

function statOf(path: string): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false });
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // there may be no /tmp
    return [];
  }
}
