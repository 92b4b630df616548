import { writeFile } from 'node:fs/promises';
import { compileKernel, kernelModule } from './compile.ts';
import { kernelSources } from './kernel-sources.ts';

const bytes = await compileKernel(await kernelSources());
await writeFile(new URL('kernel-bytes.ts', import.meta.url), kernelModule(bytes));
console.log(`kernel-bytes.ts: ${bytes.length} bytes of WebAssembly`);
