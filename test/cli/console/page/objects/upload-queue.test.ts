import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { UploadQueue } from '../../../../../cli/console/page/objects/upload-queue.ts';

interface Sending {
  readonly key: string;
  readonly sent: (bytes: number) => void;
  readonly end: () => void;
  readonly fail: (message: string) => void;
}

/** A server that takes what comes, and ends each upload when the test says so. */
function queueOf() {
  const sending: Sending[] = [];
  const queue = new UploadQueue<string>(
    (key, _, { signal, onSent }) =>
      new Promise((resolve, reject) => {
        const begun: Sending = {
          key,
          sent: onSent,
          end: resolve,
          fail: (message) => reject(Object.assign(new Error(message), { nextStep: 'try again' })),
        };
        sending.push(begun);
        signal.addEventListener('abort', () => reject(new DOMException('stopped', 'AbortError')));
      }),
  );
  const add = (...keys: readonly string[]) =>
    queue.add(keys.map((key) => ({ key, sizeBytes: 100, body: key })));
  const states = () => queue.view.value?.files.map(({ key, state }) => `${key} ${state}`);
  return { queue, sending, add, states };
}

/** Lets promises run on. */
const settle = () => vi.advanceTimersByTimeAsync(200);

describe('a queue of uploads', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  test('sends four at a time, and the next one when one has ended', async () => {
    const { sending, add, states } = queueOf();
    add('a', 'b', 'c', 'd', 'e', 'f');

    expect(sending.map(({ key }) => key)).toEqual(['a', 'b', 'c', 'd']);

    sending[1]!.end();
    await settle();

    expect(sending.map(({ key }) => key)).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(states()).toEqual(['a sending', 'b done', 'c sending', 'd sending', 'e sending', 'f waiting']);
  });

  test('says why one failed, sends the others, and tries the failed one again when it is told to', async () => {
    const { queue, sending, add, states } = queueOf();
    add('a', 'b');
    sending[0]!.fail('the disk is full');
    sending[1]!.end();
    await settle();

    expect(queue.view.value?.files[0]).toEqual({
      key: 'a',
      sizeBytes: 100,
      sentBytes: 0,
      state: 'failed',
      trouble: { message: 'the disk is full', nextStep: 'try again' },
    });

    queue.again();
    sending[2]!.end();
    await settle();

    expect(states()).toEqual(['a done', 'b done']);
    expect(queue.isBusy).toBe(false);
  });

  test('breaks off what is in hand and leaves what waits when it is stopped, and goes on with them', async () => {
    const { queue, sending, add, states } = queueOf();
    add('a', 'b', 'c', 'd', 'e');
    sending[0]!.end();
    await settle();
    sending[1]!.sent(50);
    queue.stop();
    await settle();

    expect(states()).toEqual(['a done', 'b stopped', 'c stopped', 'd stopped', 'e stopped']);
    expect(queue.view.value?.sentBytes).toBe(100);

    queue.again();
    for (const one of sending.slice(5)) one.end();
    await settle();

    expect(states()).toEqual(['a done', 'b done', 'c done', 'd done', 'e done']);
  });

  test('tells bytes, rate and counts of all', async () => {
    const { queue, sending, add } = queueOf();
    add('a', 'b');
    await vi.advanceTimersByTimeAsync(2_000);
    sending[0]!.sent(100);
    sending[1]!.sent(60);
    await settle();

    const view = queue.view.value!;
    expect(view).toMatchObject({ sizeBytes: 200, sentBytes: 160, counts: { sending: 2, done: 0 } });
    // 160 bytes in 2.15 seconds
    expect(Math.round(view.bytesPerSecond!)).toBe(74);
  });

  test('sends a key anew that is added again, and forgets what is over', async () => {
    const { queue, sending, add, states } = queueOf();
    add('a');
    sending[0]!.end();
    await settle();
    add('a');

    expect(states()).toEqual(['a sending']);

    sending[1]!.end();
    await settle();
    queue.clear();

    expect(queue.view.value).toBeUndefined();
  });
});
