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

// A page of memory is 64 KiB: one for bytes, as much as a chunk of a socket has, which stays in a core's own cache; one for numbers.
const OPTIONS = [
  '-O3',
  '--converge',
  '--noAssert',
  '--runtime=stub',
  '--enable=simd',
  '--initialMemory=2',
  '--maximumMemory=2',
];

/**
 * The WebAssembly of this AssemblyScript: the same bytes for the same sources, on any machine.
 *
 * @param sources by file name; the first is the one that exports
 * @throws Error with the compiler's messages.
 */
export async function compileKernel(sources: Readonly<Record<string, string>>): Promise<Uint8Array> {
  const compiler = (await import(COMPILER)) as Compiler;
  let compiled: Uint8Array | undefined;
  let messages = '';
  const [first = ''] = Object.keys(sources);
  const { error } = await compiler.main([compilerName(first), '--outFile', 'kernel.wasm', ...OPTIONS], {
    readFile: (name) => Object.entries(sources).find(([file]) => compilerName(file) === name)?.[1] ?? null,
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

/** The compiler takes its language for TypeScript. Here it has an ending of its own: TypeScript would not take it. */
const compilerName = (file: string): string => file.replace(/\.as$/, '.ts');

/** The module that carries these bytes into the bundle. */
export function kernelModule(bytes: Uint8Array): string {
  return [
    '/** The files of AssemblyScript here, compiled. `npm run build:kernel` writes this file, and a test sees that it is what the sources give. */',
    'export const KERNEL_BASE64 =',
    `  '${Buffer.from(bytes).toString('base64')}';`,
    '',
  ].join('\n');
}
