import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { inspectorUrl, reserveInspectorPort } from '../../../local/lambda/inspector.ts';
import { FunctionUnderTest } from './function-under-test.ts';
import { MappingUnderTest } from './mapping-under-test.ts';

describe('an inspected function', () => {
  test('listens on loopback at its port, and outlives its timeout and the limit of the init', async () => {
    const inspectorPort = await reserveInspectorPort(0);
    await using underTest = new FunctionUnderTest(
      'pid',
      { timeoutSeconds: 1 },
      { inspectorPort, initTimeoutMs: 1 },
    );

    const { functionError } = await underTest.invoke({ waitMs: 1_500 });

    expect(functionError).toBeUndefined();
    const urls = underTest.lines.map(inspectorUrl).filter((url) => url !== undefined);
    expect(urls).toEqual([expect.stringMatching(`^ws://127\\.0\\.0\\.1:${inspectorPort}/[\\da-f-]{36}$`)]);
  });

  test('runs one invocation at a time, in one process', async () => {
    const inspectorPort = await reserveInspectorPort(0);
    await using underTest = new FunctionUnderTest('pid', {}, { inspectorPort });

    const results = await Promise.all([underTest.invoke(), underTest.invoke(), underTest.invoke()]);

    expect(new Set(results.map(({ answer }) => answer)).size).toBe(1);
  });

  test('keeps its messages invisible for as long as it has them, and gives them back after the usual time', async () => {
    using underTest = new MappingUnderTest({ visibilityTimeoutSeconds: 60 });
    underTest.lambda.isInspected = true;
    underTest.mapping.start();
    await underTest.sent('one');

    for (let minutes = 0; minutes < 120; minutes++) await underTest.advance(60_000);

    expect(underTest.waiting).toEqual({ visible: 0, inFlight: 1 });
    expect(underTest.mostAtATime).toBe(1);

    underTest.invocations[0]?.fail();
    await underTest.settle();
    await underTest.advance(60_000);

    expect(underTest.invocations.map(({ bodies }) => bodies)).toEqual([['one']]);
  });
});

test('a port that another program has is refused before a function fails on it', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => {
    other.listen(0, '127.0.0.1', resolve);
  });
  const { port } = other.address() as AddressInfo;

  await expect(reserveInspectorPort(port)).rejects.toThrow(
    `the inspector's port ${port} is taken by another program; stop that one, or choose another port with --inspect-port`,
  );
  other.close();
});
