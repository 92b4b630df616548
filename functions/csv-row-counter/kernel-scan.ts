import { AFTER_CR, CR, LF, RECORD_START, scanBytes, type Scan } from './csv-scan.ts';
import { KERNEL_BASE64 } from './kernel/kernel-bytes.ts';

/** What kernel/count-rows.as exports. Its whole memory is the room for bytes. */
interface Kernel {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly rows: { readonly value: number };
  readonly blankRows: { readonly value: number };
  readonly openedAt: { readonly value: number };
  scan(length: number, state: number, delimiter: number, quote: number, lf: number, cr: number): number;
}

// Types of Node's have no WebAssembly, and an engine without a compiler (node --jitless) has none either.
declare const WebAssembly:
  | {
      validate(bytes: Uint8Array): boolean;
      Module: new (bytes: Uint8Array) => object;
      Instance: new (module: object) => { readonly exports: unknown };
    }
  | undefined;

const BLOCK_BYTES = 64;

/**
 * 64 bytes at a time, in WebAssembly; undefined where the engine has no SIMD for it. It counts rows and blank ones, and
 * knows nothing yet of the profile.
 */
export function kernelScan(bytes: Uint8Array): Scan | undefined {
  if (typeof WebAssembly === 'undefined' || !WebAssembly.validate(bytes)) {
    return undefined;
  }
  const kernel = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports as Kernel;
  const memory = new Uint8Array(kernel.memory.buffer);

  // One memory for every CSV that is being read: nothing stays in it from one call to the next.
  return (progress, bytes, dialect) => {
    const { delimiter, quote } = dialect;
    const blocksEnd = bytes.length - (bytes.length % BLOCK_BYTES);
    let at = 0;
    while (at < blocksEnd) {
      const length = Math.min(blocksEnd - at, memory.length);
      // the one copy: a module cannot see memory that is not its own
      memory.set(bytes.subarray(at, at + length));
      progress.state = kernel.scan(length, progress.state, delimiter, quote, LF, CR);
      progress.rows += kernel.rows.value;
      progress.blankRows += kernel.blankRows.value;
      const openedAt = kernel.openedAt.value;
      if (openedAt >= 0) {
        progress.quoteOffset = progress.bytes + openedAt;
      }
      progress.bytes += length;
      at += length;
    }
    // it tells no more of the record that goes on than whether there is one
    const isOpen = progress.state !== RECORD_START && progress.state !== AFTER_CR;
    if (blocksEnd > 0) progress.recordAt = progress.bytes - (isOpen ? 1 : 0);
    scanBytes(progress, bytes.subarray(blocksEnd), dialect);
  };
}

/** The fastest that this engine has. */
export const fastestScan: Scan = kernelScan(Buffer.from(KERNEL_BASE64, 'base64')) ?? scanBytes;
