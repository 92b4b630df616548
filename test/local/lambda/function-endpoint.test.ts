import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkEndpoints } from '../../../local/lambda/function-endpoint.ts';
import type { FunctionPlan } from '../../../local/plan.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const codeDir = temporaryFolder('code');
const check = (environment: Record<string, string>) => () =>
  checkEndpoints({ name: 'counter', codeDir, environment } as unknown as FunctionPlan);

describe('the environment of a function', () => {
  test.each([
    { AWS_ENDPOINT_URL: 'http://10.0.0.1:4566' },
    { AWS_ENDPOINT_URL_S3: 'https://s3.amazonaws.com' },
    { AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1.example.com:1' },
    { AWS_ENDPOINT_URL_SQS: 'no address' },
  ])('is refused by name with %j', (environment) => {
    const [[name, value]] = Object.entries(environment) as [[string, string]];
    expect(check(environment)).toThrow(`the environment of counter with ${name}=${value}`);
  });

  test.each([
    {},
    { AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:4566' },
    { MY_ENDPOINT_URL: 'https://example.com' },
  ])('passes with %j', (environment) => {
    expect(check(environment)).not.toThrow();
  });

  test('is refused when a file of its own leads a client elsewhere', () => {
    const text = '[profile p]\nservices = s\n[services s]\ns3 =\n  endpoint_url = https://example.com\n';
    writeFileSync(join(codeDir, 'aws.ini'), text);

    expect(check({ AWS_CONFIG_FILE: 'aws.ini' })).toThrow('endpoint_url = https://example.com');
    expect(check({ AWS_CONFIG_FILE: 'missing.ini' })).not.toThrow();
  });
});
