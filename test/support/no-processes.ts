import childProcess, { ChildProcess } from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';

/** Set up before each file of the fast tests: a test that starts a process, or a pipeline, which is one, fails by name. */
function refuse(): never {
  throw new Error(
    'a fast test starts no process: import what starts it at the top of the test file, and it is counted among the others',
  );
}

// spawn, fork, exec and execFile all come here
(ChildProcess as unknown as { prototype: { spawn: unknown } }).prototype.spawn = refuse;
Object.assign(childProcess, { spawnSync: refuse, execSync: refuse, execFileSync: refuse });
syncBuiltinESMExports();
