import type { Operation, Poison } from './operation.ts';

type PoisonOperation = Extract<Operation, { readonly do: 'poison' }>;

const CHANGES: Readonly<Record<Exclude<Poison, 'not-json'>, (event: Event) => object>> = {
  'no-detail': (event) => ({ ...event, detail: undefined }),
  'unknown-detail-type': (event) => ({ ...event, 'detail-type': 'Object Sang' }),
  'bad-sequencer': ({ detail, ...rest }) => ({
    ...rest,
    detail: { ...detail, object: { ...detail.object, sequencer: 'not hexadecimal' } },
  }),
  'other-major-version': ({ detail, ...rest }) => ({ ...rest, detail: { ...detail, version: '1' } }),
  'other-source': (event) => ({ ...event, source: 'aws.ec2' }),
};

interface Event {
  readonly detail: { readonly object: object };
}

/** A message that no consumer can read, another one for each operation. */
export function poisonBody({ n, poison }: PoisonOperation, bucket: string): string {
  if (poison === 'not-json') return `{"poison": ${n}, cut`;
  const event = {
    version: '0',
    id: `p${n}`,
    'detail-type': 'Object Created',
    source: 'aws.s3',
    account: '000000000000',
    time: '2026-11-20T07:00:00Z',
    region: 'us-east-1',
    resources: [],
    detail: {
      version: '0',
      bucket: { name: bucket },
      object: { key: 'csv/poison.csv', size: 1, etag: '0', sequencer: '01' },
      'request-id': `P${n}`,
      requester: 'nobody',
      reason: 'PutObject',
    },
  };
  return JSON.stringify(CHANGES[poison](event));
}
