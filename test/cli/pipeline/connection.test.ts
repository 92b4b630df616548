import { once } from 'node:events';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect } from '../../../cli/pipeline/connection.ts';
import { refuseOtherHosts } from '../../../cli/pipeline/loopback.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { PipelineUnderTest } from '../../support/pipeline.ts';
import { runInside } from '../../support/sluice-inside.ts';
import { sluice } from '../../support/sluice.ts';

let pipeline: PipelineUnderTest;

beforeAll(async () => {
  pipeline = await PipelineUnderTest.start();
});
afterAll(async () => {
  await pipeline?.[Symbol.asyncDispose]();
});

/** A data folder with a runtime.json that was left behind. */
function leftBehind(text: string): string {
  const folder = temporaryFolder('left-behind');
  writeFileSync(join(folder, 'runtime.json'), text);
  return folder;
}

test('a folder whose port another folder’s runtime has taken is not answered for by that one', async () => {
  const description = readFileSync(join(pipeline.dataDir, 'runtime.json'), 'utf8');
  const folder = leftBehind(
    description.replace(/"controlToken":"\w+"/, `"controlToken":"${'0'.repeat(32)}"`),
  );

  const ran = await runInside('ls', '--data-dir', folder);

  expect(ran).toMatchObject({ exitCode: 6, stdout: '', stderr: expect.stringContaining(folder) as string });
});

test('a copy of the description is as good as the description', async () => {
  const folder = temporaryFolder('copied');
  copyFileSync(join(pipeline.dataDir, 'runtime.json'), join(folder, 'runtime.json'));

  expect((await runInside('status', '--data-dir', folder)).exitCode).toBe(0);
});

test('a damaged description is said to be that, and doctor looks at the rest', async () => {
  const folder = leftBehind('{"endpo');

  const ls = await runInside('ls', '--data-dir', folder);
  const doctor = await runInside('doctor', '--data-dir', folder, '--json');

  expect(ls).toMatchObject({ exitCode: 6, stderr: expect.stringContaining('is damaged') as string });
  expect(ls.stderr).not.toContain('    at ');
  expect(doctor.exitCode).toBe(6);
  const { checks } = doctor.json<{ checks: { name: string; state: string }[] }>();
  expect(checks).toContainEqual(expect.objectContaining({ name: 'node', state: 'ok' }));
  expect(checks).toContainEqual(expect.objectContaining({ name: 'runtime.json', detail: 'damaged' }));
});

/** The environment of somebody who takes that address for AWS. */
const awsAt = (endpoint: string) => ({
  AWS_ENDPOINT_URL: endpoint,
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
});

test('an endpoint that is not AWS is said to be none', async () => {
  const other = createServer(
    (_, response) => void response.writeHead(501).end('{"message":"no such service"}'),
  );
  other.listen(0, '127.0.0.1');
  await once(other, 'listening');

  const ran = await sluice(['status', '--target', 'aws'], {
    env: awsAt(`http://127.0.0.1:${(other.address() as AddressInfo).port}`),
  });
  other.close();

  expect(ran).toMatchObject({ exitCode: 6, stderr: expect.stringContaining('is not AWS') as string });
});

describe('the gateway in the place of AWS', () => {
  test('is operated as a stack in AWS is, and said to be where it is', async () => {
    const ls = await sluice(['ls', '--target', 'aws', '--json'], { env: awsAt(pipeline.endpoint) });

    expect(ls.exitCode).toBeOneOf([0, 3]);
    expect(ls.stderr).toContain(`aws 000000000000 us-east-1 Sluice-dev through ${pipeline.endpoint}`);
    expect(ls.json()).toMatchObject({ target: { kind: 'aws', endpoint: pipeline.endpoint } });
  });

  test('has the stack that runs, and no other', async () => {
    const ran = await sluice(['ls', '--target', 'aws', '--stack', 'Sluice-prod'], {
      env: awsAt(pipeline.endpoint),
    });

    expect(ran).toMatchObject({
      exitCode: 6,
      stderr: expect.stringContaining('there is no stack Sluice-prod') as string,
    });
  });

  test('has no CloudWatch, which hides nothing else', async () => {
    const ran = await sluice(['status', '--target', 'aws', '--json'], { env: awsAt(pipeline.endpoint) });
    const { problems, archive } = ran.json<{ problems: string[]; archive: object | null }>();

    expect(ran.exitCode).toBe(4);
    expect(problems).toEqual([
      expect.stringContaining('GetMetricData is not implemented by the local runtime'),
    ]);
    expect(archive).toMatchObject({ state: 'ENABLED' });
  });
});

describe('a local pipeline', () => {
  test.each([
    'http://127.0.0.1.example.com:4566',
    'http://127.0.0.1:4566@example.com',
    'https://s3.amazonaws.com',
    'http://10.1.2.3:4566',
  ])('is not looked for at %s, which its description was made to name', async (endpoint) => {
    const description = readFileSync(join(pipeline.dataDir, 'runtime.json'), 'utf8');
    const folder = leftBehind(description.replaceAll(pipeline.endpoint, endpoint));

    const ran = await runInside('ls', '--data-dir', folder);

    expect(ran.exitCode).not.toBe(0);
    expect(ran.stderr).toContain(`is not of this machine: ${endpoint}`);
  });

  test('is spoken to without the proxy that Node takes from the environment', async () => {
    const heard: string[] = [];
    const proxy = createServer((request, response) => {
      heard.push(`${request.method} ${request.url}`);
      response.end('{}');
    });
    proxy.on('connect', (request, socket) => {
      heard.push(`CONNECT ${request.url}`);
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    });
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const env = {
      NODE_USE_ENV_PROXY: '1',
      HTTP_PROXY: address,
      http_proxy: address,
      NO_PROXY: '',
      no_proxy: '',
    };

    const ran = await sluice(['status'], { pipeline, env });
    proxy.close();

    expect(heard).toEqual([]);
    expect(ran).toMatchObject({ exitCode: 0 });
  }, 60_000);

  test('is spoken to on this machine, whatever variables and configuration say', async () => {
    const file = join(temporaryFolder('config'), 'config');
    const elsewhere = 'http://192.0.2.1:9';
    writeFileSync(
      file,
      `[default]\nendpoint_url = ${elsewhere}\nservices = s\n[services s]\ns3 =\n  endpoint_url = ${elsewhere}\n`,
    );
    const env = { AWS_CONFIG_FILE: file, AWS_ENDPOINT_URL: elsewhere, AWS_ENDPOINT_URL_S3: elsewhere };

    expect(await sluice(['ls'], { pipeline, env })).toMatchObject({
      exitCode: expect.toBeOneOf([0, 3]) as number,
    });
  });
});

test.each(['s3', 'sqs', 'events', 'tables', 'logs', 'metrics', 'lambda', 'stacks'] as const)(
  'a pipeline on this machine whose client for %s would speak to another host is refused',
  async (name) => {
    using connected = await connect({ target: 'local', dataDir: pipeline.dataDir });
    connected[name].config.endpoint = async () => ({
      protocol: 'http:',
      hostname: '192.0.2.1',
      path: '/',
    });

    await expect(refuseOtherHosts(connected.clients)).rejects.toThrow('would speak to 192.0.2.1');
  },
);

test('every client of a pipeline is asked where it speaks', async () => {
  using connected = await connect({ target: 'local', dataDir: pipeline.dataDir });
  const clients = Object.values(connected).filter(
    (value: unknown) => typeof value === 'object' && value !== null && 'destroy' in value,
  );

  expect(new Set(clients)).toEqual(new Set(Object.values(connected.clients)));
});

/** As far as a client says where it speaks. */
const at = (hostname: string) => ({ config: { endpoint: async () => ({ hostname }) } });

test('a client that would speak to another host is refused by name', async () => {
  await refuseOtherHosts({ SQS: at('127.0.0.1') });
  await expect(refuseOtherHosts({ SQS: at('127.0.0.1'), S3: at('192.0.2.1') })).rejects.toThrow(
    'the S3 client would speak to 192.0.2.1',
  );
  await expect(refuseOtherHosts({ S3: { config: {} } })).rejects.toThrow('would speak to AWS');
});
