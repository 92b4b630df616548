// What Lambda's Node.js runtime does: loads the handler, then asks the Runtime API for one invocation after another.
// Plain JavaScript without imports of ours, since it runs in the function's own process.
// @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { format, types } from 'node:util';

// an import of it would load undici too, 50 ms of CPU
const { Agent, request } = process.getBuiltinModule('node:http');
const { AWS_LAMBDA_RUNTIME_API, LAMBDA_TASK_ROOT, _HANDLER } = process.env;
const { hostname, port, pathname } = new URL(`http://${AWS_LAMBDA_RUNTIME_API}`);
const runtimePath = `${pathname.replace(/\/$/, '')}/2018-06-01/runtime`;
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

// as Lambda ends its runtime after an error outside of the handler's promise
const EXIT_UNHANDLED_REJECTION = 128;
const EXIT_UNCAUGHT_EXCEPTION = 129;

let requestId;
let isEnding = false;

/** An error under the name that Lambda gives it. */
class RuntimeError extends Error {
  constructor(name, message) {
    super(message);
    this.name = `Runtime.${name}`;
  }
}

// else what is printed just before the end of the process, or of a long output, would be lost or late
for (const stream of [process.stdout, process.stderr]) {
  // oxlint-disable-next-line no-underscore-dangle -- Node has no public way to it
  stream._handle?.setBlocking?.(true);
  // nobody reads any more: the runtime is gone, and saying so would fail again and again
  stream.on('error', () => process.exit(EXIT_UNCAUGHT_EXCEPTION));
}

function call(method, path, body, through = agent) {
  return new Promise((resolve, reject) => {
    const headers =
      body === undefined
        ? {}
        : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const outgoing = request(
      { host: hostname, port, agent: through, method, path: `${runtimePath}/${path}`, headers },
      (response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({ headers: response.headers, body: Buffer.concat(chunks).toString('utf8') }),
        );
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** What the invoker gets to see of an error. */
function describe(error) {
  if (types.isNativeError(error) || (error?.name && error.message && error.stack)) {
    return {
      errorType: error.name,
      errorMessage: error.message,
      trace: String(error.stack ?? '').split('\n'),
    };
  }
  return { errorType: typeof error, errorMessage: String(error), trace: [] };
}

/** What the log gets to see: the error's own fields too. */
function logError(what, error) {
  const { errorType, errorMessage, trace: stack } = describe(error);
  const fields = types.isNativeError(error) ? { ...error } : {};
  let text;
  try {
    text = JSON.stringify({ errorType, errorMessage, code: error?.code, ...fields, stack });
  } catch {
    text = JSON.stringify({ errorType, errorMessage, stack });
  }
  console.error(`${what} \t${text}`);
}

const reportError = (error, through = agent) =>
  call(
    'POST',
    requestId === undefined ? 'init/error' : `invocation/${requestId}/error`,
    JSON.stringify(describe(error)),
    through,
  );

/** Outside of the handler's own promise nothing can be answered any more: the environment ends. */
async function endWith(what, error, exitCode) {
  if (isEnding) return;
  isEnding = true;
  logError(what, error);
  // the one connection of the agent may be waiting for an invocation
  await reportError(error, new Agent()).catch(() => {});
  process.exit(exitCode);
}

process.on('uncaughtException', (error) => {
  void endWith('Uncaught Exception', error, EXIT_UNCAUGHT_EXCEPTION);
});
process.on('unhandledRejection', (reason) => {
  const error = new RuntimeError('UnhandledPromiseRejection', String(reason));
  if (types.isNativeError(reason)) error.stack = `${error.name}: ${reason.stack}`;
  void endWith('Unhandled Promise Rejection', Object.assign(error, { reason }), EXIT_UNHANDLED_REJECTION);
});

/** Lambda's text format: each line with its time, request and level. */
function patchConsole() {
  const writers = {
    log: ['INFO', process.stdout],
    info: ['INFO', process.stdout],
    debug: ['DEBUG', process.stdout],
    trace: ['TRACE', process.stderr],
    warn: ['WARN', process.stderr],
    error: ['ERROR', process.stderr],
  };
  for (const [method, [level, stream]] of Object.entries(writers)) {
    console[method] = (...values) => {
      const prefix = `${new Date().toISOString()}\t${requestId ?? 'undefined'}\t${level}\t`;
      stream.write(`${prefix}${format(...values)}\n`);
    };
  }
}

/** `folder/index.handler` → the module's file, and the path of names to the handler in it. */
async function loadHandler() {
  if (_HANDLER.includes('..')) {
    throw new RuntimeError('MalformedHandlerName', `'${_HANDLER}' is not a valid handler name`);
  }
  const [, folder, file, names] = /^(.*\/)?([^./]*)\.([^/]+)$/.exec(_HANDLER) ?? [];
  if (names === undefined) throw new RuntimeError('MalformedHandlerName', 'Bad handler');
  const base = resolve(LAMBDA_TASK_ROOT, folder ?? '', file);
  const path = ['.js', '.mjs', '.cjs', '.ts', '.mts', '.cts'].map((end) => base + end).find(existsSync);
  if (path === undefined) {
    throw new RuntimeError('ImportModuleError', `Error: Cannot find module '${file}'`);
  }
  const module = await importModule(path);
  const within = (object) => names.split('.').reduce((found, name) => found?.[name], object);
  const handler = within(module) ?? within(module.default);
  if (handler === undefined || handler === null) {
    throw new RuntimeError('HandlerNotFound', `${_HANDLER} is undefined or not exported`);
  }
  if (typeof handler !== 'function') {
    throw new RuntimeError('HandlerNotFound', `${_HANDLER} is not a function`);
  }
  if (handler.length >= 3) {
    throw new RuntimeError(
      'CallbackHandlerDeprecated',
      'handlers with a callback are gone with Node.js 24: return a promise, and take two parameters',
    );
  }
  return handler;
}

async function importModule(path) {
  try {
    return await import(pathToFileURL(path).href);
  } catch (error) {
    if (error instanceof SyntaxError) throw new RuntimeError('UserCodeSyntaxError', String(error));
    if (error?.code !== 'MODULE_NOT_FOUND') throw error;
    throw new RuntimeError('ImportModuleError', `Error: ${error.message}`);
  }
}

function contextOf(headers) {
  const deadlineMs = Number(headers['lambda-runtime-deadline-ms']);
  const clientContext = headers['lambda-runtime-client-context'];
  const { env } = process;
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: clientContext === undefined ? undefined : JSON.parse(clientContext),
    identity: undefined,
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    getRemainingTimeInMillis: () => deadlineMs - Date.now(),
  };
}

function responseText(value) {
  try {
    return JSON.stringify(value) ?? 'null';
  } catch (error) {
    throw new RuntimeError(
      'JSONStringifyError',
      `Unable to stringify response body as json: ${error.message}`,
    );
  }
}

patchConsole();
let handler;
try {
  handler = await loadHandler();
} catch (error) {
  await endWith('Uncaught Exception', error, 1);
}

for (;;) {
  const { headers, body } = await call('GET', 'invocation/next');
  requestId = headers['lambda-runtime-aws-request-id'];
  process.env._X_AMZN_TRACE_ID = headers['lambda-runtime-trace-id'];
  let response;
  try {
    response = responseText(await handler(JSON.parse(body), contextOf(headers)));
  } catch (error) {
    logError('Invoke Error', error);
    await reportError(error);
    continue;
  }
  await call('POST', `invocation/${requestId}/response`, response);
}
