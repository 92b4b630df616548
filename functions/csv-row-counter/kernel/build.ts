import { readFile, writeFile } from 'node:fs/promises';
import { compileKernel, kernelModule } from './compile.ts';

const beside = (name: string): URL => new URL(name, import.meta.url);

const bytes = await compileKernel(await readFile(beside('count-rows.as'), 'utf8'));
await writeFile(beside('kernel-bytes.ts'), kernelModule(bytes));
console.log(`kernel-bytes.ts: ${bytes.length} bytes of WebAssembly`);
