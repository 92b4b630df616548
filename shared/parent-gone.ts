const LOOK_MS = 500;

/**
 * Calls back once the process that started this one is gone, however it went: `kill -9` of `npm` tells its children
 * nothing. It keeps nothing alive. @returns a stop
 */
export function onParentGone(callback: () => void): () => void {
  const parent = process.ppid;
  const look = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(look);
    callback();
  }, LOOK_MS).unref();
  return () => clearInterval(look);
}
