/** As much of the compiler as is used here. Its own types declare another Array, for every file of the project. */
interface Compiler {
  main(
    args: readonly string[],
    host: {
      readonly readFile: (name: string) => string | null;
      readonly writeFile: (name: string, contents: Uint8Array) => void;
      readonly listFiles: () => readonly string[];
      readonly stderr: { readonly write: (text: string) => void };
    },
  ): Promise<{ readonly error: Error | null }>;
}

const COMPILER: string = 'assemblyscript/asc';
const SOURCE = 'count-rows.ts';

// The memory is one page of 64 KiB, as much as a chunk of a socket has, and stays in a core's own cache.
const OPTIONS = [
  '-O3',
  '--converge',
  '--noAssert',
  '--runtime=stub',
  '--enable=simd',
  '--initialMemory=1',
  '--maximumMemory=1',
];

/**
 * The WebAssembly of this AssemblyScript: the same bytes for the same source, on any machine.
 *
 * @throws Error with the compiler's messages.
 */
export async function compileKernel(source: string): Promise<Uint8Array> {
  const compiler = (await import(COMPILER)) as Compiler;
  let compiled: Uint8Array | undefined;
  let messages = '';
  const { error } = await compiler.main([SOURCE, '--outFile', 'kernel.wasm', ...OPTIONS], {
    readFile: (name) => (name === SOURCE ? source : null),
    writeFile: (_name, contents) => {
      compiled = contents;
    },
    listFiles: () => [],
    stderr: {
      write: (text) => {
        messages += text;
      },
    },
  });
  if (error !== null || compiled === undefined) {
    throw new Error(`the kernel does not compile:\n${messages}`);
  }
  return compiled;
}

/** The module that carries these bytes into the bundle. */
export function kernelModule(bytes: Uint8Array): string {
  return [
    '/** count-rows.as, compiled. `npm run build:kernel` writes this file, and a test sees that it is what the source gives. */',
    'export const KERNEL_BASE64 =',
    `  '${Buffer.from(bytes).toString('base64')}';`,
    '',
  ].join('\n');
}
