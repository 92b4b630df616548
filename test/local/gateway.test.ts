import { type IncomingHttpHeaders, request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Gateway, type Service } from '../../local/gateway.ts';
import { PortTakenError } from '../../local/port-taken-error.ts';
import { stsService } from '../../local/sts/sts.ts';

const SIGNED =
  'AWS4-HMAC-SHA256 Credential=key/20261120/us-east-1/SERVICE/aws4_request, SignedHeaders=host, Signature=0';
const signedFor = (service: string) => ({ authorization: SIGNED.replace('SERVICE', service) });

const echo: Service = {
  handle: async ({ path, query, hostname, method, principal, response }) => {
    response.end(
      JSON.stringify({
        path,
        query: [...query],
        hostname,
        method,
        principal: principal.kind === 'role' ? principal.roleName : principal.kind,
      }),
    );
  },
};

/** 2026-11-20, 07:00 UTC */
const NOW_MS = Date.UTC(2026, 10, 20, 7);

const PRESIGNED = {
  'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
  'X-Amz-Credential': 'key/20261120/us-east-1/s3/aws4_request',
  'X-Amz-Date': '20261120T060000Z',
  'X-Amz-Expires': '3600',
  'X-Amz-SignedHeaders': 'host',
  'X-Amz-Signature': '0',
};
const presigned = (change: Record<string, string | undefined> = {}) => {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...PRESIGNED, ...change })) {
    if (value !== undefined) query.set(name, value);
  }
  return `/b/k?${query.toString()}`;
};
const presignedV2 = (expires: string) => `/b/k?AWSAccessKeyId=key&Signature=c2ln&Expires=${expires}`;
const FORM = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };

describe('the gateway', () => {
  let gateway: Gateway;
  let port: number;

  beforeAll(async () => {
    const broken: Service = { handle: () => Promise.reject(new Error('broken inside')) };
    gateway = new Gateway({ now: () => NOW_MS });
    gateway.serve({
      targets: { AmazonSQS: echo },
      services: { s3: echo, lambda: broken, sts: stsService('000000000000') },
      principalOf: (accessKeyId) =>
        accessKeyId === 'counter'
          ? {
              kind: 'role',
              roleName: 'CounterRole',
              functionName: 'counter',
              accountId: '000000000000',
              statements: [],
            }
          : { kind: 'operator' },
    });
    port = await gateway.listen(0);
  });

  afterAll(() => gateway?.close());

  interface Answer {
    readonly status: number;
    readonly text: string;
    readonly headers: IncomingHttpHeaders;
  }

  const send = async (
    path: string,
    headers: Record<string, string>,
    {
      to,
      host,
      method = 'GET',
      body = '',
    }: { to?: number; host?: string; method?: string; body?: string } = {},
  ) =>
    await new Promise<Answer>((resolve, reject) => {
      const outgoing = request(
        {
          host: '127.0.0.1',
          port: to ?? port,
          path,
          method,
          headers: { ...headers, host: host ?? `127.0.0.1:${to ?? port}` },
        },
        (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, text, headers: response.headers }),
          );
        },
      );
      outgoing.on('error', reject).end(body);
    });

  test('passes the raw path on, so that a/../b stays a key', async () => {
    const { text } = await send('/bucket/a/../b%2F%20?list-type=2', signedFor('s3'));

    expect(JSON.parse(text)).toMatchObject({ path: '/bucket/a/../b%2F%20', query: [['list-type', '2']] });
  });

  test.each(['localhost', '[::1]', 'my-bucket.localhost'])('answers to the host %s', async (name) => {
    const { status, text } = await send('/', signedFor('s3'), { host: `${name}:${port}` });

    expect([status, (JSON.parse(text) as { hostname: string }).hostname]).toEqual([200, name]);
  });

  test.each([
    [
      'SigV4 in the header',
      '/b/k',
      { authorization: SIGNED.replace('SERVICE', 's3').replace('key/', 'counter/') },
    ],
    [
      'SigV4A in the header',
      '/b/k',
      {
        authorization:
          'AWS4-ECDSA-P256-SHA256 Credential=counter/20261120/s3/aws4_request, SignedHeaders=host, Signature=0',
      },
    ],
    [
      'SigV4 in the query',
      presigned({ 'X-Amz-Credential': 'counter/20261120/us-east-1/s3/aws4_request' }),
      {},
    ],
    ['SigV2 in the header', '/b/k', { authorization: 'AWS counter:c2lnbmF0dXJl' }],
    ['SigV2 in the query', `${presignedV2('1795158001')}&versionId=v`.replace('=key&', '=counter&'), {}],
  ])('knows who signed by %s', async (form, path, headers) => {
    const { status, text } = await send(path, headers);

    expect([status, JSON.parse(text)]).toMatchObject([
      200,
      {
        path: '/b/k',
        principal: 'CounterRole',
        query: form === 'SigV2 in the query' ? [['versionId', 'v']] : [],
      },
    ]);
  });

  test.each([
    ['its last second', presigned(), 200, '"path":"/b/k"'],
    [
      'a second later',
      presigned({ 'X-Amz-Expires': '3599' }),
      403,
      '<Code>AccessDenied</Code><Message>Request has expired<',
    ],
    [
      'before it was signed',
      presigned({ 'X-Amz-Date': '20261121T060000Z' }),
      403,
      'Request is not valid yet',
    ],
    ['its last second, by SigV2', presignedV2(String(NOW_MS / 1_000)), 200, '"path":"/b/k"'],
    [
      'a second later, by SigV2',
      presignedV2(String(NOW_MS / 1_000 - 1)),
      403,
      '<Code>AccessDenied</Code><Message>Request has expired<',
    ],
  ])('takes a presigned URL until its time is over: %s', async (_, path, status, said) => {
    const answer = await send(path, {});

    expect(answer.status).toBe(status);
    expect(answer.text).toContain(said);
  });

  test('says when a presigned URL has expired, in the elements that S3 has for it', async () => {
    const { text } = await send(presigned({ 'X-Amz-Expires': '60' }), {});

    expect(text).toContain(
      '<X-Amz-Expires>60</X-Amz-Expires><Expires>2026-11-20T06:01:00Z</Expires><ServerTime>2026-11-20T07:00:00Z</ServerTime>',
    );
  });

  test.each<[change: Record<string, string | undefined>, said: string]>([
    [{ 'X-Amz-Expires': '604801' }, 'X-Amz-Expires must be less than a week'],
    [{ 'X-Amz-Expires': '-1' }, 'X-Amz-Expires must be non-negative'],
    [{ 'X-Amz-Expires': 'soon' }, 'X-Amz-Expires should be a number'],
    [{ 'X-Amz-Date': '2026-11-20T06:00:00Z' }, 'X-Amz-Date must be in the ISO8601 Long Format'],
    [{ 'X-Amz-Date': '20261320T060000Z' }, 'X-Amz-Date must be in the ISO8601 Long Format'],
    [{ 'X-Amz-Credential': 'key' }, 'the Credential is mal-formed'],
    [{ 'X-Amz-Algorithm': 'AWS4-MD5' }, 'X-Amz-Algorithm only supports'],
    [{ 'X-Amz-Signature': undefined }, 'Query-string authentication version 4 requires'],
    [{ 'X-Amz-Expires': undefined }, 'Query-string authentication version 4 requires'],
  ])('refuses a presigned URL with %j', async (change, said) => {
    const { status, text } = await send(presigned(change), {});

    expect(status).toBe(400);
    expect(text).toContain('<Code>AuthorizationQueryParametersError</Code>');
    expect(text).toContain(said);
  });

  test.each([
    ['half a SigV2 URL', '/b/k?AWSAccessKeyId=key', {}, 403, 'AccessDenied'],
    ['a SigV2 URL whose time is none', presignedV2('tomorrow'), {}, 403, 'AccessDenied'],
    ['two signatures', presigned(), signedFor('s3'), 400, 'InvalidArgument'],
    ['another kind of authorization', '/b/k', { authorization: 'Bearer token' }, 400, 'InvalidArgument'],
    ['a SigV2 header without signature', '/b/k', { authorization: 'AWS key' }, 400, 'InvalidArgument'],
    [
      'a SigV4 header without scope',
      '/b/k',
      { authorization: 'AWS4-HMAC-SHA256 Credential=key, SignedHeaders=host, Signature=0' },
      400,
      'AuthorizationHeaderMalformed',
    ],
    [
      'a SigV4 header without signature',
      '/b/k',
      { authorization: 'AWS4-HMAC-SHA256 Credential=key/20261120/us-east-1/s3/aws4_request' },
      400,
      'AuthorizationHeaderMalformed',
    ],
  ])('refuses %s, which is not the same as not signed', async (_, path, headers, status, code) => {
    const answer = await send(path, headers);

    expect([answer.status, /<Code>(\w+)</.exec(answer.text)?.[1]]).toEqual([status, code]);
    expect(answer.text).not.toContain('not signed');
  });

  test.each<[who: string, path: string, headers: Record<string, string>, type: string, said: string]>([
    ['an S3 client', '/b/k', {}, 'application/xml', '<Error><Code>AccessDenied</Code>'],
    ['a client of the query protocol', '/', FORM, 'text/xml', '<Code>MissingAuthenticationToken</Code>'],
    [
      'a client of a JSON protocol',
      '/',
      { 'x-amz-target': 'AmazonSQS.ListQueues', 'content-type': 'application/x-amz-json-1.0' },
      'application/x-amz-json-1.0',
      '{"__type":"MissingAuthenticationTokenException"',
    ],
    [
      'a client of a JSON protocol who calls its body a form',
      '/',
      { 'x-amz-target': 'AmazonSQS.ListQueues', 'content-type': 'multipart/form-data; boundary=x' },
      'application/json',
      '{"__type":"MissingAuthenticationTokenException"',
    ],
    [
      'a client of JSON over REST',
      '/2015-03-31/functions/f/invocations',
      {},
      'application/json',
      '{"__type":"MissingAuthenticationTokenException"',
    ],
  ])('refuses %s that does not sign in its own protocol', async (_, path, headers, type, said) => {
    const answer = await send(path, headers, { method: 'POST' });

    expect([answer.status, answer.headers['content-type']]).toEqual([403, type]);
    expect(answer.text).toContain(said);
    expect(answer.text).toContain('AWS_ACCESS_KEY_ID');
  });

  test.each<[service: string, path: string, headers: Record<string, string>, type: string, said: string]>([
    [
      'sns',
      '/',
      FORM,
      'text/xml',
      'service &quot;sns&quot; by the query protocol (Action=…) is not implemented',
    ],
    ['sns', '/?Action=Publish&Version=1', {}, 'text/xml', '(Action=Publish) is not implemented'],
    ['route53', '/2013-04-01/hostedzone', {}, 'text/xml', '<Code>NotImplemented</Code>'],
    ['sqs', '/', FORM, 'text/xml', '<Code>NotImplemented</Code>'],
    ['batch', '/v1/submitjob', {}, 'application/json', 'by POST /v1/submitjob is not implemented'],
  ])(
    'refuses the service %s at %s in its own protocol, and says what is not here',
    async (service, path, headers, type, said) => {
      const answer = await send(path, { ...headers, ...signedFor(service) }, { method: 'POST' });

      expect([answer.status, answer.headers['content-type']]).toEqual([501, type]);
      expect(answer.text).toContain(said);
    },
  );

  test.each([
    ['key', 'arn:aws:iam::000000000000:user/local'],
    ['counter', 'arn:aws:sts::000000000000:assumed-role/CounterRole/counter'],
  ])('tells %s who it is', async (accessKeyId, arn) => {
    const { status, text } = await send(
      '/',
      { ...FORM, authorization: SIGNED.replace('key/', `${accessKeyId}/`).replace('SERVICE', 'sts') },
      { method: 'POST', body: 'Action=GetCallerIdentity&Version=2011-06-15' },
    );

    expect(status).toBe(200);
    expect(text).toContain(`<GetCallerIdentityResult><Arn>${arn}</Arn>`);
    expect(text).toContain('<Account>000000000000</Account>');
  });

  test('lets a refused upload be sent to its end, so that its client reads the refusal', async () => {
    const answer = await send('/b/k', {}, { method: 'PUT', body: 'x'.repeat(4_000_000) });

    expect([answer.status, answer.headers['connection']]).toEqual([403, 'keep-alive']);
  });

  test.each<
    [what: string, headers: Record<string, string>, host: string | undefined, status: number, said: RegExp]
  >([
    ['another host, as after DNS rebinding', signedFor('s3'), 'evil.example:PORT', 403, /evil\.example/],
    ['another port', signedFor('s3'), '127.0.0.1:1', 403, /not this endpoint/],
    ['a web page', { ...signedFor('s3'), origin: 'http://evil.example' }, undefined, 403, /evil\.example/],
    ['nobody', {}, undefined, 403, /AWS_ACCESS_KEY_ID/],
    [
      'a service that is not here',
      signedFor('sns'),
      undefined,
      501,
      /service \\?"sns\\?" by GET . is not implemented/,
    ],
    [
      'a target that is not here',
      { ...signedFor('sns'), 'x-amz-target': 'Logs_20140328.PutLogEvents' },
      undefined,
      501,
      /Logs_20140328\.PutLogEvents/,
    ],
    ['a call that breaks a service', signedFor('lambda'), undefined, 500, /broken inside/],
  ])('refuses %s, and says why', async (_, headers, host, status, said) => {
    const answer = await send('/', headers, {
      ...(host !== undefined && { host: host.replace('PORT', String(port)) }),
    });

    expect(answer.status).toBe(status);
    expect(answer.text).toMatch(said);
    expect((await send('/', signedFor('s3'))).status).toBe(200);
  });

  test('tells everybody to come again until the pipeline is ready', async () => {
    await using begun = new AsyncDisposableStack();
    const starting = begun.adopt(new Gateway(), (one) => one.close(0));
    const to = await starting.listen(0);

    const early = await send('/', signedFor('s3'), { to });
    starting.serve({ targets: {}, services: { s3: echo }, principalOf: () => ({ kind: 'operator' }) });
    const later = await send('/', signedFor('s3'), { to });

    expect([early.status, later.status]).toEqual([503, 200]);
    expect(early.text).toContain('the pipeline is starting');
  });

  test('says of a port that another program has what to do', async () => {
    const second = new Gateway();

    const refused = second.listen(port);

    await expect(refused).rejects.toBeInstanceOf(PortTakenError);
    await expect(refused).rejects.toThrow(
      `port ${port} is taken by another program; stop that one, or choose another port with --port (0 takes a free one)`,
    );
  });
});
