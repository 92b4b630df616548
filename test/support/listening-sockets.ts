import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Where a process takes connections or datagrams from others. */
export interface ListeningSocket {
  readonly pid: number;
  readonly kind: 'tcp' | 'tcp6' | 'udp' | 'udp6' | 'unix';
  /** `127.0.0.1:4566`, `[00000000000000000000000001000000]:80` as the kernel writes it, or a path. */
  readonly address: string;
}

/** Every listening socket of a process and of all that it has started, as the kernel lists them. Linux only. */
export function listeningSocketsOf(rootPid: number): ListeningSocket[] {
  const listening = new Map<string, Omit<ListeningSocket, 'pid'>>();
  for (const kind of ['tcp', 'tcp6', 'udp', 'udp6'] as const) {
    for (const line of linesOf(`/proc/${rootPid}/net/${kind}`)) {
      const [, local = '', remote = '', state = '', , , , , , inode = ''] = line.trim().split(/\s+/);
      // 0A is LISTEN; a datagram socket that is bound to a port and connected to nobody hears everybody
      const listens = kind.startsWith('tcp') ? state === '0A' : /^0+:0000$/.test(remote);
      if (listens) listening.set(inode, { kind, address: readable(local) });
    }
  }
  for (const line of linesOf(`/proc/${rootPid}/net/unix`)) {
    const [, , , flags = '', , , inode = '', path = ''] = line.trim().split(/\s+/);
    // the flag of a socket that accepts connections
    if ((Number.parseInt(flags, 16) & 0x10000) !== 0) listening.set(inode, { kind: 'unix', address: path });
  }
  return processTree(rootPid).flatMap((pid) =>
    inodesOf(pid).flatMap((inode) => {
      const socket = listening.get(inode);
      return socket === undefined ? [] : [{ pid, ...socket }];
    }),
  );
}

/** The process, its children, theirs, and so on. */
export function processTree(rootPid: number): number[] {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        // the name in parentheses may hold anything, parentheses too
        const [, parent] = /.*\) \S (\d+)/s.exec(readFileSync(`/proc/${name}/stat`, 'utf8')) ?? [];
        return [{ pid: Number(name), parent: Number(parent) }];
      } catch {
        return [];
      }
    });
  const tree = [rootPid];
  for (const pid of tree) tree.push(...parents.filter(({ parent }) => parent === pid).map((one) => one.pid));
  return tree;
}

/** The addresses of the Runtime APIs that the functions' processes were told: `127.0.0.1:34567/` and a secret path. Linux only. */
export function runtimeApisOf(rootPid: number): string[] {
  return processTree(rootPid).flatMap((pid) => {
    try {
      const variables = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
      const told = variables.find((variable) => variable.startsWith('AWS_LAMBDA_RUNTIME_API='));
      return told === undefined ? [] : [told.slice(told.indexOf('=') + 1)];
    } catch {
      return [];
    }
  });
}

function inodesOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
      } catch {
        return [];
      }
    });
  } catch {
    // it has ended meanwhile
    return [];
  }
}

const linesOf = (file: string): string[] => readFileSync(file, 'utf8').trim().split('\n').slice(1);

/** `0100007F:11D6` → `127.0.0.1:4566` */
function readable(hex: string): string {
  const [address = '', port = ''] = hex.split(':');
  const decimalPort = Number.parseInt(port, 16);
  if (address.length !== 8) return `[${address}]:${decimalPort}`;
  const bytes = [3, 2, 1, 0].map((index) => Number.parseInt(address.slice(index * 2, index * 2 + 2), 16));
  return `${bytes.join('.')}:${decimalPort}`;
}
