import module from 'node:module';
import { dirname } from 'node:path';

/** Where this process keeps what Node has compiled, for the processes that it starts; undefined where it keeps nothing. */
export function compileCacheFolder(): string | undefined {
  const own = module.getCompileCacheDir();
  // Node has a folder in it for each of its versions
  return own === undefined ? undefined : dirname(own);
}
