// what a measurement of nothing may take on a busy machine
const NOISE_MS = 5;
const MOST_ROUNDS = 40;

/** Twice the work for twice the input, and half as much again for what a collector of garbage does. */
export const LINEAR = 3;

/**
 * How many times longer the work takes on an input of `2n` than on one of `n`: twice is linear, four times quadratic.
 * Compares the quickest of several rounds, since a busy machine can only make a round slower, and ends with the first
 * that shows it to be linear. `n` is large enough for quadratic work to take far longer than the noise.
 *
 * @param work may throw or reject: most worst inputs are refused in the end
 */
export async function timeRatio<Input>(
  inputOf: (n: number) => Input,
  work: (input: Input) => unknown,
  n: number,
): Promise<number> {
  const [single, double] = [inputOf(n), inputOf(2 * n)];
  let [quickestSingle, quickestDouble] = [Infinity, Infinity];
  let ratio = Infinity;
  for (let round = 0; round < MOST_ROUNDS && ratio > LINEAR; round++) {
    quickestSingle = Math.min(quickestSingle, await timeOf(work, single));
    quickestDouble = Math.min(quickestDouble, await timeOf(work, double));
    ratio = Math.max(0, quickestDouble - NOISE_MS) / Math.max(quickestSingle, 0.1);
  }
  return ratio;
}

/** CPU time of this thread, in milliseconds: what others run meanwhile does not count, nor what the kernel does to give it much memory at once. */
async function timeOf<Input>(work: (input: Input) => unknown, input: Input): Promise<number> {
  const before = process.threadCpuUsage();
  try {
    await work(input);
  } catch {
    // refused
  }
  return process.threadCpuUsage(before).user / 1_000;
}
