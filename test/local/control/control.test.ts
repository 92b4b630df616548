import { afterAll, beforeAll, expect, test } from 'vitest';
import { controlService } from '../../../local/control/control-service.ts';
import { Gateway } from '../../../local/gateway.ts';

const calls: string[] = [];
let gateway: Gateway;
let endpoint: string;

beforeAll(async () => {
  const control = controlService({
    controlToken: 'secret',
    answers: {
      status: () => ({ drained: true }) as never,
      record: (bucket, key) => ({ about: [bucket, key] }) as never,
      archive: (question) => ({ question }) as never,
      archiveHistogram: (question) => ({ question }) as never,
      newest: (question) => ({ question }) as never,
      archivedAbout: (...about) => ({ about }) as never,
      standing: (question) => ({ question: { ...question, keys: [...question.keys] } }) as never,
      undone: (question) => ({ question }) as never,
      replayLeft: (name) => ({ name }) as never,
      wouldSend: (question) => ({ question }) as never,
      flow: () => ({ flows: true }) as never,
      measures: (question) => ({ question }) as never,
    },
    timeTravel: {
      advance: async (ms) => void calls.push(`advance ${ms}`),
      drain: async (ms) => void calls.push(`drain ${ms}`),
    },
  });
  gateway = new Gateway();
  gateway.serve({ targets: {}, services: {}, control, principalOf: () => ({ kind: 'operator' }) });
  endpoint = `http://127.0.0.1:${await gateway.listen(0)}/_sluice`;
});

afterAll(() => gateway?.close());

const post = async (call: string, body: string, headers: Record<string, string> = {}) => {
  const response = await fetch(`${endpoint}/${call}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-sluice-token': 'secret', ...headers },
    body,
  });
  return { status: response.status, text: await response.text() };
};

test('status needs no token', async () => {
  expect(await (await fetch(`${endpoint}/status`)).json()).toEqual({ drained: true });
});

test('a question that is too long for a URL is posted, with the token', async () => {
  const keys = JSON.stringify(['a', 'é'.repeat(20_000)]);
  const body = JSON.stringify({ bucket: 'ingest', keys });

  const answer = await post('standing', body);
  const refused = await post('standing', body, { 'x-sluice-token': 'guess' });
  const odd = await post('standing', JSON.stringify({ bucket: 'ingest', keys: '{"a":1}' }));

  expect(JSON.parse(answer.text)).toMatchObject({ question: { bucket: 'ingest', keys: JSON.parse(keys) } });
  expect([answer.status, refused.status, odd.status]).toEqual([200, 403, 400]);
  expect(odd.text).toContain('keys is no JSON array of at most 1000 texts');
});

test('a change with the token is made', async () => {
  await post('clock', '{"advanceMs":60000}');
  await post('drain', '{}');

  expect(calls).toEqual(['advance 60000', 'drain 86400000']);
});

test.each<
  [what: string, call: string, body: string, headers: Record<string, string>, status: number, said: RegExp]
>([
  ['without the token', 'clock', '{"advanceMs":1}', { 'x-sluice-token': 'guess' }, 403, /runtime\.json/],
  [
    'that a form could send',
    'clock',
    '{"advanceMs":1}',
    { 'content-type': 'text/plain' },
    415,
    /application\/json/,
  ],
  ['whose body is no JSON', 'clock', '{', {}, 400, /not JSON/],
  ['with no time', 'clock', '{}', {}, 400, /advanceMs/],
  ['with a negative time', 'clock', '{"advanceMs":-1}', {}, 400, /-1/],
  ['that does not exist', 'explode', '{}', {}, 501, /explode/],
])('a change %s is refused', async (_, call, body, headers, status, said) => {
  const before = calls.length;
  const answer = await post(call, body, headers);

  expect(answer.status).toBe(status);
  expect(answer.text).toMatch(said);
  expect(calls).toHaveLength(before);
});
