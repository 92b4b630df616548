// What Lambda's Node.js runtime does: loads the handler, then asks the Runtime API for one invocation after another.
// Plain JavaScript without imports of ours, since it runs in the function's own process.
// @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
import { existsSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';

const { AWS_LAMBDA_RUNTIME_API, LAMBDA_TASK_ROOT, _HANDLER } = process.env;
const [host, port] = AWS_LAMBDA_RUNTIME_API.split(':');
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

const endAtOnce = () => process.kill(process.pid, 'SIGKILL');

// the parent has stopped, or was killed
process.on('disconnect', endAtOnce);
// the same for a handler that never lets the event loop turn: a thread of its own sees that the parent has changed
new Worker(
  `const parent = process.ppid; setInterval(() => { if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL'); }, 250);`,
  { eval: true, stdout: false, stderr: false },
).unref();

function call(method, path, body, headers = {}) {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { host, port, agent, method, path: `/2018-06-01/runtime/${path}`, headers },
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

function describe(error) {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') };
}

const report = (path, description) =>
  call('POST', path, JSON.stringify(description), {
    'content-type': 'application/json',
    'lambda-runtime-function-error-type': `Unhandled.${description.errorType}`,
  });

let requestId;

/** Outside of the handler's own promise nothing can be answered any more: as in Lambda, the environment ends. */
async function die(errorType, error) {
  const description = { ...describe(error), errorType };
  console.error(JSON.stringify({ level: 'ERROR', message: errorType, requestId, ...description }));
  await report(requestId === undefined ? 'init/error' : `invocation/${requestId}/error`, description).catch(
    () => {},
  );
  endAtOnce();
}
process.on('uncaughtException', (error) => void die('Runtime.UncaughtException', error));
process.on('unhandledRejection', (error) => void die('Runtime.UnhandledPromiseRejection', error));

async function loadHandler() {
  const dot = _HANDLER.lastIndexOf('.');
  const [file, name] = [_HANDLER.slice(0, dot), _HANDLER.slice(dot + 1)];
  const path = ['.mjs', '.js', '.cjs'].map((end) => join(LAMBDA_TASK_ROOT, file + end)).find(existsSync);
  if (path === undefined) {
    throw Object.assign(new Error(`Cannot find module '${file}'`), { name: 'Runtime.ImportModuleError' });
  }
  const module = await import(pathToFileURL(path).href);
  const handler = module[name] ?? module.default?.[name];
  if (typeof handler !== 'function') {
    throw Object.assign(new Error(`${_HANDLER} is undefined or not exported`), {
      name: 'Runtime.HandlerNotFound',
    });
  }
  return handler;
}

function contextOf(headers) {
  const deadlineMs = Number(headers['lambda-runtime-deadline-ms']);
  const { env } = process;
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    getRemainingTimeInMillis: () => Math.max(0, deadlineMs - Date.now()),
  };
}

let handler;
try {
  handler = await loadHandler();
} catch (error) {
  console.error(JSON.stringify({ level: 'ERROR', message: 'Init Error', ...describe(error) }));
  await report('init/error', describe(error));
  endAtOnce();
}

for (;;) {
  const { headers, body } = await call('GET', 'invocation/next');
  requestId = headers['lambda-runtime-aws-request-id'];
  process.env._X_AMZN_TRACE_ID = headers['lambda-runtime-trace-id'];
  try {
    const result = await handler(JSON.parse(body), contextOf(headers));
    await call('POST', `invocation/${requestId}/response`, JSON.stringify(result) ?? 'null');
  } catch (error) {
    console.error(JSON.stringify({ level: 'ERROR', message: 'Invoke Error', requestId, ...describe(error) }));
    await report(`invocation/${requestId}/error`, describe(error));
  }
}
