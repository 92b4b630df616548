/** What an operating system's error means to a person, and what can be done about it. */
export interface SystemTrouble {
  /** `no space is left on the disk (ENOSPC: write /data/sluice.db)` */
  readonly what: string;
  /** An order: `make room on that disk`. */
  readonly nextStep: string;
}

const TROUBLES: Readonly<Record<string, readonly [what: string, nextStep: string]>> = {
  ENOSPC: ['no space is left on the disk', 'make room on that disk, or choose another one'],
  EDQUOT: ['the disk quota of this user is used up', 'make room, or choose another disk'],
  EFBIG: ['a file would grow beyond the limit of this shell', 'raise it (ulimit -f unlimited)'],
  EROFS: ['the file system can only be read', 'choose a folder that can be written'],
  EACCES: ['this user may not do that', 'choose a path of this user, or change who may'],
  EPERM: ['this user may not do that', 'choose a path of this user, or change who may'],
  ENOTDIR: ['a part of the path is a file, not a folder', 'name a folder'],
  EEXIST: ['a file is there already where a folder should be', 'name a folder'],
  EISDIR: ['a folder is there where a file should be', 'name a file, or move the folder away'],
  ENOENT: ['there is no such file or folder, and none can be made there', 'name another path'],
  ENAMETOOLONG: ['the path is too long for this file system', 'choose a shorter one'],
  ELOOP: ['the links of the path go round in a circle', 'name the path without links'],
  EMFILE: ['this process may not open more files', 'raise the limit (ulimit -n 4096)'],
  ENFILE: ['this machine may not open more files', 'end other programs, or raise the limit of the system'],
  ENOMEM: ['no memory is left', 'end other programs'],
  EAGAIN: ['no more processes can be started now', 'end other programs, or raise the limit (ulimit -u)'],
  EIO: ['the disk reports an error', 'look at the disk, and choose another one'],
  EBUSY: ['the file is in use', 'end the program that uses it'],
  ETXTBSY: ['the file is in use', 'end the program that uses it'],
};

/** Words for an error of the operating system, also where it is the cause of another; `undefined` for any other error. */
export function systemTrouble(error: unknown): SystemTrouble | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code = '', syscall, path, cause } = error as NodeJS.ErrnoException;
  const known = Object.hasOwn(TROUBLES, code) ? TROUBLES[code] : undefined;
  if (known === undefined) return systemTrouble(cause);
  // `spawn` says its path itself
  const where = [syscall, syscall?.includes(path ?? '') === true ? undefined : path]
    .filter((part) => part !== undefined)
    .join(' ');
  return { what: `${known[0]} (${code}${where === '' ? '' : `: ${where}`})`, nextStep: known[1] };
}
