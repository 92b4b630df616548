import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { UnsupportedFeatureError } from '../../../local/unsupported-feature-error.ts';
import { waitFor } from '../../support/wait-for.ts';
import { FIXTURES, FunctionUnderTest, functionPlan, isAlive } from './function-under-test.ts';

const temporaryFile = () => join(mkdtempSync(join(tmpdir(), 'sluice-lambda-')), 'file');

describe('a handler gets', () => {
  test('its event, and the context of Lambda', async () => {
    await using underTest = new FunctionUnderTest('echo', { timeoutSeconds: 5 });

    const { answer, functionError } = await underTest.invoke({ key: 'é 🚀' });

    expect(functionError).toBeUndefined();
    expect(answer['event']).toEqual({ key: 'é 🚀' });
    expect(answer['context']).toEqual({
      awsRequestId: expect.stringMatching(/^[\da-f-]{36}$/),
      callbackWaitsForEmptyEventLoop: true,
      functionName: 'Consumer',
      functionVersion: '$LATEST',
      invokedFunctionArn: 'arn:aws:lambda:eu-central-1:000000000000:function:Consumer',
      logGroupName: '/aws/lambda/Consumer',
      logStreamName: expect.stringMatching(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST][\da-f]{32}$/),
      memoryLimitInMB: '256',
    });
    expect(answer['remainingMs']).toBeGreaterThan(3_000);
    expect(answer['remainingMs']).toBeLessThanOrEqual(5_000);
  });

  test("Lambda's environment and the template's variables, and nothing of this process", async () => {
    process.env['SECRET_OF_THE_USER'] = 'x';
    await using underTest = new FunctionUnderTest('echo', {
      environment: { TABLE_NAME: 'rows', TZ: 'Europe/Berlin', NODE_OPTIONS: '--enable-source-maps' },
    });

    const { answer } = await underTest.invoke();

    const environment = answer['environment'] as Record<string, string>;
    expect(Object.keys(environment).toSorted()).toEqual([
      'AWS_ACCESS_KEY_ID',
      'AWS_CONFIG_FILE',
      'AWS_DEFAULT_REGION',
      'AWS_ENDPOINT_URL',
      'AWS_EXECUTION_ENV',
      'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
      'AWS_LAMBDA_FUNCTION_NAME',
      'AWS_LAMBDA_FUNCTION_VERSION',
      'AWS_LAMBDA_INITIALIZATION_TYPE',
      'AWS_LAMBDA_LOG_GROUP_NAME',
      'AWS_LAMBDA_LOG_STREAM_NAME',
      'AWS_LAMBDA_RUNTIME_API',
      'AWS_REGION',
      'AWS_SECRET_ACCESS_KEY',
      'AWS_SESSION_TOKEN',
      'AWS_SHARED_CREDENTIALS_FILE',
      'LAMBDA_RUNTIME_DIR',
      'LAMBDA_TASK_ROOT',
      'LANG',
      'NODE_OPTIONS',
      'PATH',
      'TABLE_NAME',
      'TZ',
      '_HANDLER',
      '_X_AMZN_TRACE_ID',
    ]);
    expect(environment).toMatchObject({
      AWS_ACCESS_KEY_ID: underTest.lambda.accessKeyId,
      AWS_ENDPOINT_URL: 'http://127.0.0.1:4566',
      LAMBDA_TASK_ROOT: FIXTURES,
      TABLE_NAME: 'rows',
      TZ: 'Europe/Berlin',
    });
    expect(environment['AWS_LAMBDA_RUNTIME_API']).toMatch(/^127\.0\.0\.1:\d+\/[0-9a-f]{32}$/);
    expect(answer['directory']).toBe(FIXTURES);
    // nine tenths of 256 MB for the old space, as in Lambda
    expect(answer['nodeFlags']).toContain('--max-old-space-size=231');
  });

  test('no variable in place of one of its own: AWS refuses such a function', () => {
    const environment = { AWS_REGION: 'mars-north-1', _HANDLER: 'x.y' };

    expect(() => new FunctionUnderTest('echo', { environment })).toThrow(UnsupportedFeatureError);
    expect(() => new FunctionUnderTest('echo', { environment })).toThrow(
      'the environment of Consumer with the reserved AWS_REGION, _HANDLER',
    );
  });
});

describe('what a handler returns is the answer', () => {
  test.each([
    ['a value', 'handlers.nested.handlers.deep', '"from below"'],
    ['nothing, which is null', 'handlers.nothing', 'null'],
    ['the value of a CommonJS module', 'commonjs.handler', '"from CommonJS"'],
  ])('%s', async (_, handler, payload) => {
    await using underTest = new FunctionUnderTest(handler);

    const result = await underTest.lambda.invoke('{}');

    expect(result).toEqual({
      payload,
      logTail: expect.any(String),
      used: { durationMs: expect.any(Number), peakBytes: expect.any(Number) },
    });
  });

  test('up to 6 MB, and an error for more', async () => {
    await using underTest = new FunctionUnderTest('sized');
    const largest = 6 * 1024 * 1024 + 100;

    const fits = await underTest.lambda.invoke(JSON.stringify({ bytes: largest }));
    const tooLarge = await underTest.invoke({ bytes: largest + 1 });

    expect(fits.payload).toHaveLength(largest);
    expect(tooLarge).toMatchObject({
      functionError: 'Unhandled',
      answer: {
        errorType: 'Function.ResponseSizeTooLarge',
        errorMessage: 'Response payload size exceeded maximum allowed payload size (6291556 bytes).',
      },
    });
    // the same environment goes on
    expect((await underTest.invoke({ bytes: 5 })).answer).toBe('xxx');
  });
});

describe('an error of the handler', () => {
  test('comes back with type, message and trace, and the environment goes on', async () => {
    await using underTest = new FunctionUnderTest('raise');

    const { answer, functionError, logTail } = await underTest.invoke();
    await underTest.invoke();

    expect(functionError).toBe('Unhandled');
    expect(answer).toEqual({
      errorType: 'TypeError',
      errorMessage: 'it went wrong',
      trace: expect.arrayContaining(['TypeError: it went wrong']),
    });
    expect(logTail).toMatch(/\tERROR\tInvoke Error \t\{"errorType":"TypeError".*"detail":42/);
    expect(underTest.log.match(/Init Duration/g)).toHaveLength(1);
  });

  test.each([
    ['raiseText', { errorType: 'string', errorMessage: 'just text', trace: [] }],
    ['bigint', { errorType: 'Runtime.JSONStringifyError' }],
  ])('of another kind: %s', async (handler, expected) => {
    await using underTest = new FunctionUnderTest(handler);

    expect(await underTest.invoke()).toMatchObject({ functionError: 'Unhandled', answer: expected });
  });
});

describe('a handler that cannot be loaded is an error of its own', () => {
  test.each([
    ['nowhere.handler', 'Runtime.ImportModuleError', "Error: Cannot find module 'nowhere'"],
    ['missing-dependency.handler', 'Runtime.ImportModuleError', 'there-is-no-such-package'],
    ['handlers.missing', 'Runtime.HandlerNotFound', 'handlers.missing is undefined or not exported'],
    ['handlers.notAFunction', 'Runtime.HandlerNotFound', 'handlers.notAFunction is not a function'],
    ['handlers', 'Runtime.MalformedHandlerName', 'Bad handler'],
    ['../fixtures/handlers.echo', 'Runtime.MalformedHandlerName', 'not a valid handler name'],
    ['handlers.withCallback', 'Runtime.CallbackHandlerDeprecated', 'two parameters'],
    ['broken-syntax.handler', 'Runtime.UserCodeSyntaxError', 'SyntaxError'],
    ['broken-init.handler', 'RangeError', 'no table name'],
  ])('%s: %s', async (handler, errorType, message) => {
    await using underTest = new FunctionUnderTest('', { handler });

    const { answer, functionError } = await underTest.invoke();

    expect(functionError).toBe('Unhandled');
    expect(answer['errorType']).toBe(errorType);
    expect(answer['errorMessage']).toContain(message);
    expect(underTest.log).toMatch(/INIT_REPORT Init Duration: [\d.]+ ms\tPhase: init\tStatus: error/);
  });

  test('or exits: Runtime.ExitError', async () => {
    await using underTest = new FunctionUnderTest('exits-at-init.handler');

    const { answer } = await underTest.invoke();

    expect(answer['errorType']).toBe('Runtime.ExitError');
    expect(answer['errorMessage']).toMatch(/Error: Runtime exited with error: exit status 7$/);
  });

  test('an init past its time is tried once more within the function’s timeout', async () => {
    const environment = { MARKER: temporaryFile() };
    await using underTest = new FunctionUnderTest(
      'slow-init.handler',
      { environment },
      { initTimeoutMs: 2_500 },
    );

    const { answer, functionError } = await underTest.invoke();

    expect(functionError).toBeUndefined();
    expect(answer).toBe('loaded at last');
    expect(underTest.log).toMatch(/INIT_REPORT .*Phase: init\tStatus: timeout/);
  });
});

describe('a process is killed', () => {
  test.each(['never', 'block'])('past its timeout: %s', async (handler) => {
    await using underTest = new FunctionUnderTest(handler, { timeoutSeconds: 1 });

    const { answer, functionError, logTail } = await underTest.invoke();

    expect(functionError).toBe('Unhandled');
    expect(answer['errorType']).toBe('Sandbox.Timedout');
    expect(answer['errorMessage']).toMatch(/^RequestId: [\w-]+ Error: Task timed out after 1\.00 seconds$/);
    expect(logTail).toMatch(/^\d{4}-\S+Z [\w-]+ Task timed out after 1\.00 seconds$/m);
    expect(logTail).toMatch(/^REPORT .*\tDuration: 1\d\d\d\.\d\d ms\t.*\tStatus: timeout$/m);
  });

  test('above its memory', async () => {
    await using underTest = new FunctionUnderTest('hoard', { memoryMb: 192 });

    const { answer, functionError, logTail } = await underTest.invoke();

    expect(functionError).toBe('Unhandled');
    expect(answer['errorType']).toBe('Runtime.OutOfMemory');
    expect(answer['errorMessage']).toMatch(/Error: Runtime exited with error: signal: killed$/);
    expect(logTail).toMatch(/\tStatus: error\tError Type: Runtime\.OutOfMemory$/m);
  });

  test.runIf(process.platform === 'linux')('above its memory for a moment only', async () => {
    await using underTest = new FunctionUnderTest('peak', { memoryMb: 128 });

    expect((await underTest.invoke({ bytes: 10_000_000 })).answer).toBe('done');
    const { answer } = await underTest.invoke({ bytes: 80_000_000 });

    expect(answer['errorType']).toBe('Runtime.OutOfMemory');
  });

  test.each(['blockWithChild', 'exitWithChild'])('with all that it has started: %s', async (handler) => {
    const file = temporaryFile();
    await using underTest = new FunctionUnderTest(handler, { timeoutSeconds: 1 });

    await underTest.invoke({ file });

    const pids = readFileSync(file, 'utf8').trim().split(' ').map(Number);
    expect(pids).toHaveLength(2);
    await waitFor(() => !pids.some(isAlive), 'the processes to be gone');
  });
});

describe('a process that ends in the middle of an invocation', () => {
  test.each([
    ['exit', { code: 3 }, 'Runtime.ExitError', /Runtime exited with error: exit status 3$/],
    ['exit', { code: 0 }, 'Runtime.ExitError', /Runtime exited without providing a reason$/],
    ['abort', {}, 'Runtime.ExitError', /Runtime exited with error: signal: aborted$/],
    ['unsettled', {}, 'Runtime.ExitError', /Runtime exited with error: exit status 13$/],
    ['uncaught', {}, 'RangeError', /^from a callback$/],
    ['rejected', {}, 'Runtime.UnhandledPromiseRejection', /^RangeError: nobody listens$/],
  ])('%s %j is %s, and another takes its place', async (handler, event, errorType, message) => {
    await using underTest = new FunctionUnderTest(handler);

    const first = await underTest.invoke(event);
    const second = await underTest.invoke(event);

    for (const { answer, functionError } of [first, second]) {
      expect(functionError).toBe('Unhandled');
      expect(answer['errorType']).toBe(errorType);
      expect(answer['errorMessage']).toMatch(message);
    }
    expect(underTest.log.match(/Error Type: Runtime\.ExitError/g)).toHaveLength(2);
    expect(underTest.log.match(/Init Duration/g)).toHaveLength(2);
  });

  test('or between two of them, harms neither', async () => {
    await using underTest = new FunctionUnderTest('throwLater');

    expect((await underTest.invoke()).answer).toBe('answered');
    await waitFor(() => !underTest.lambda.hasIdleEnvironment, 'the environment to end');

    expect((await underTest.invoke()).answer).toBe('answered');
  });
});

describe('environments', () => {
  test('are used again when warm', async () => {
    await using underTest = new FunctionUnderTest('echo');

    const first = await underTest.invoke();
    const second = await underTest.invoke();

    expect([first, second].map(({ answer }) => answer['invocations'])).toEqual([1, 2]);
    expect(second.answer['pid']).toBe(first.answer['pid']);
  });

  test('are one per invocation at a time, up to the reserved concurrency; more wait their turn', async () => {
    await using underTest = new FunctionUnderTest('pid', { reservedConcurrency: 2 });

    const results = await Promise.all(Array.from({ length: 6 }, () => underTest.invoke({ waitMs: 100 })));

    expect(new Set(results.map(({ answer }) => answer)).size).toBe(2);
    expect(underTest.lambda.inHand).toBe(0);
  });

  test('are warm after prewarming, and the first invocation waits for that and starts no other', async () => {
    const MARKER = temporaryFile();
    await using underTest = new FunctionUnderTest('marks-load.handler', { environment: { MARKER } });

    const prewarmed = underTest.lambda.prewarm();
    expect(underTest.lambda.hasIdleEnvironment).toBe(true);
    const first = await underTest.lambda.invoke('{}');
    await prewarmed;
    const second = await underTest.lambda.invoke('{}');

    expect(readFileSync(MARKER, 'utf8')).toBe(`${first.payload}\n`);
    expect(second.payload).toBe(first.payload);
  });

  test('end with the function', async () => {
    const underTest = new FunctionUnderTest('pid');
    const { answer: pid } = await underTest.invoke();

    await underTest[Symbol.asyncDispose]();

    expect(isAlive(Number(pid))).toBe(false);
  });

  test('have no concurrency of 0', () => {
    expect(() => new FunctionUnderTest('pid', { reservedConcurrency: 0 })).toThrow(UnsupportedFeatureError);
  });
});

describe("a function's log", () => {
  test('has what it prints, between START, END and REPORT', async () => {
    await using underTest = new FunctionUnderTest('say');

    const { logTail } = await underTest.invoke({ lines: ['one', 'two %s'] });
    const [requestId] = /[\da-f-]{36}/.exec(logTail) ?? [];

    const shapes = underTest.lines.map((line) =>
      line.replaceAll(requestId!, 'ID').replace(/^\d{4}-\S+Z/, 'TIME'),
    );
    expect(shapes).toEqual(
      expect.arrayContaining([
        'START RequestId: ID Version: $LATEST',
        'TIME\tID\tINFO\tone',
        'TIME\tID\tINFO\ttwo %s',
        'TIME\tID\tERROR\tto stderr',
        'raw, and without an end',
        'END RequestId: ID',
        expect.stringMatching(
          /^REPORT RequestId: ID\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\tMemory Size: 256 MB\tMax Memory Used: \d+ MB\tInit Duration: [\d.]+ ms$/,
        ),
      ]),
    );
    expect(shapes.indexOf('TIME\tID\tINFO\ttwo %s')).toBeLessThan(shapes.indexOf('END RequestId: ID'));
  });

  test('has all of much, before the end', async () => {
    await using underTest = new FunctionUnderTest('sayMuch');

    const { logTail } = await underTest.invoke({ bytes: 3_000_000 });

    expect(underTest.lines).toHaveLength(30_000 + 4);
    expect(underTest.lines.at(-3)).toContain('the last line');
    expect(Buffer.byteLength(logTail)).toBeLessThanOrEqual(4_096);
    expect(logTail).toContain('REPORT');
  });
});

test('a folder without code is told of', async () => {
  const codeDir = '/nowhere/at/all';
  expect(existsSync(codeDir)).toBe(false);
  await using underTest = new FunctionUnderTest('', functionPlan('echo', { codeDir }));

  const { functionError } = await underTest.invoke();

  expect(functionError).toBe('Unhandled');
  expect(underTest.log).toContain(`the function's process cannot be started in ${codeDir}`);
});
