import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { MemoryWatch } from '../../../local/lambda/memory-watch.ts';

describe.runIf(process.platform === 'linux')('the watch over the memory of a process', () => {
  test('looks at the end too, though the work was shorter than a look', () => {
    let exceeded = 0;
    const watch = new MemoryWatch(process.pid, 1_000_000, () => void exceeded++);
    watch.start();
    watch.stop();

    expect(exceeded).toBe(1);
    expect(watch.peakBytes).toBeGreaterThan(10_000_000);
  });

  test('says nothing below the limit', () => {
    let exceeded = 0;
    const watch = new MemoryWatch(process.pid, 1e12, () => void exceeded++);
    watch.start();
    watch.stop();

    expect(exceeded).toBe(0);
  });

  test('says nothing of a process that is gone, or never was', async () => {
    const gone = spawn('true');
    await once(gone, 'exit');
    for (const pid of [gone.pid, undefined]) {
      const watch = new MemoryWatch(pid, 0, () => {
        throw new Error('it is gone');
      });
      watch.start();
      watch.stop();

      expect(watch.peakBytes).toBe(0);
    }
  });
});
