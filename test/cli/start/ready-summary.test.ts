import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { widthOf } from '../../../cli/terminal/table.ts';
import { readySummary } from '../../../cli/start/ready-summary.ts';

test.each(['objects', 'logs', 'nothing'] as const)(
  'the lines at the start fit into 80 columns, where %s follow',
  (follow) => {
    const summary = readySummary(
      {
        schemaVersion: 1,
        endpoint: 'http://127.0.0.1:45660',
        region: 'us-east-1',
        account: '000000000000',
        stackName: 'Sluice-prod',
        outputs: { IngestBucketName: 'sluice-prod-ingestbucket2b3522fa' },
        dataDir: resolve('.sluice'),
        controlToken: 'secret',
        pid: 1,
      },
      follow,
      `http://127.0.0.1:45670/#token=${randomBytes(16).toString('base64url')}`,
    );

    const lines = stripVTControlCharacters(summary).trimEnd().split('\n');
    // where the data is can be as long as it is
    const widths = lines.filter((line) => !line.includes('data is in')).map(widthOf);
    expect(lines).toHaveLength(7);
    expect(lines[2]).toMatch(/^ {2}console {8}http:\/\/127\.0\.0\.1:45670\/#token=[\w-]{22}$/);
    expect(Math.max(...widths)).toBeLessThanOrEqual(80);
    expect(summary).not.toContain('secret');
  },
);

test('each pipeline of a stack has its bucket there, and what to try names the one that it is of', () => {
  const outputs = { UploadsIngestBucketName: 'uploads', ScansIngestBucketName: 'scans' };
  const description = {
    schemaVersion: 1,
    endpoint: 'http://127.0.0.1:1',
    region: 'us-east-1',
    pid: 1,
  } as const;
  const more = { account: '000000000000', stackName: 'Files', dataDir: resolve('.sluice'), controlToken: '' };

  const summary = readySummary({ ...description, ...more, outputs }, 'objects');

  expect(stripVTControlCharacters(summary)).toContain(
    '  uploads go to  s3://uploads  (--pipeline Uploads)\n  uploads go to  s3://scans  (--pipeline Scans)\n',
  );
  expect(summary).toContain('npx sluice put FILE csv/ --wait --pipeline Uploads\n');
});

test('a stack without a pipeline is offered no verb that does not apply to it', () => {
  const summary = readySummary(
    {
      schemaVersion: 1,
      endpoint: 'http://127.0.0.1:4566',
      region: 'us-east-1',
      account: '000000000000',
      stackName: 'Orders',
      outputs: { BucketName: 'orders', FunctionName: 'reader' },
      dataDir: resolve('.sluice'),
      controlToken: 'secret',
      pid: 1,
    },
    'objects',
  );

  expect(summary).not.toContain('sluice put');
  expect(summary).not.toContain('sluice env');
  expect(summary).toContain('AWS_ENDPOINT_URL=http://127.0.0.1:4566');
});
