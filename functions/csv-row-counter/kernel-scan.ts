import { CR, LF, scanBytes, type Scan } from './csv-scan.ts';
import { KERNEL_BASE64 } from './kernel/kernel-bytes.ts';
import { startOfCsv, type Progress } from './progress.ts';

/** What kernel/count-rows.as exports. Its memory is a page for bytes and one for the numbers of a Progress. */
interface Kernel {
  readonly memory: { readonly buffer: ArrayBuffer };
  scan(length: number, delimiter: number, quote: number, lf: number, cr: number): void;
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
const PAGE_BYTES = 64 * 1024;
/** In the order of the kernel's own Progress. */
const NUMBERS = Object.keys(startOfCsv()) as (keyof Progress)[];

/** 64 bytes at a time, in WebAssembly; undefined where the engine has no SIMD for it. */
export function kernelScan(bytes: Uint8Array): Scan | undefined {
  if (typeof WebAssembly === 'undefined' || !WebAssembly.validate(bytes)) {
    return undefined;
  }
  const kernel = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports as Kernel;
  const { buffer } = kernel.memory;
  const memory = new Uint8Array(buffer, 0, PAGE_BYTES);
  const numbers = new Float64Array(buffer, PAGE_BYTES, NUMBERS.length);

  // One memory for every CSV that is being read: nothing stays in it from one call to the next.
  return (progress, bytes, dialect) => {
    const { delimiter, quote, escape } = dialect;
    if (quote === -1 || escape !== -1) {
      scanBytes(progress, bytes, dialect);
      return;
    }
    const blocksEnd = bytes.length - (bytes.length % BLOCK_BYTES);
    if (blocksEnd > 0) {
      for (const [index, name] of NUMBERS.entries()) numbers[index] = progress[name];
      for (let at = 0; at < blocksEnd; at += PAGE_BYTES) {
        const length = Math.min(blocksEnd - at, PAGE_BYTES);
        // the one copy: a module cannot see memory that is not its own
        memory.set(bytes.subarray(at, at + length));
        kernel.scan(length, delimiter, quote, LF, CR);
      }
      for (const [index, name] of NUMBERS.entries()) progress[name] = numbers[index]!;
    }
    scanBytes(progress, bytes.subarray(blocksEnd), dialect);
  };
}

/** The fastest that this engine has. */
export const fastestScan: Scan = kernelScan(Buffer.from(KERNEL_BASE64, 'base64')) ?? scanBytes;
