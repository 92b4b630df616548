import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readAssembly } from '../../../local/assembly.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

export const PLACE = { endpoint: 'http://127.0.0.1:4566', region: 'eu-west-1', accountId: '000000000000' };

export type Resources = Record<string, { Type: string; Properties?: object; Condition?: string }>;

/** A cloud assembly of one stack, `Demo`, in a folder of its own. */
function assemblyOf(Resources: Resources, Outputs: Record<string, { Value: unknown }>): string {
  const directory = temporaryFolder('assembly');
  const write = (name: string, content: object) =>
    writeFileSync(join(directory, name), JSON.stringify(content));
  write('manifest.json', {
    artifacts: {
      Demo: { type: 'aws:cloudformation:stack', properties: { templateFile: 'Demo.template.json' } },
    },
  });
  write('Demo.template.json', { Resources, Outputs });
  write('Demo.assets.json', {
    files: { a1: { source: { path: 'asset.a1' }, destinations: { here: { objectKey: 'a1.zip' } } } },
  });
  mkdirSync(join(directory, 'asset.a1'));
  return directory;
}

/** The plan of a stack of these resources. @param onPassedOver hears what is passed over */
export const readStack = (
  resources: Resources,
  outputs: Record<string, { Value: unknown }> = {},
  onPassedOver?: (line: string) => void,
) =>
  readAssembly({
    ...PLACE,
    directory: assemblyOf(resources, outputs),
    ...(onPassedOver !== undefined && { onPassedOver }),
  });

/** A function with the role `Role`, whose code is there. */
export const functionWith = (properties: object = {}) => ({
  Type: 'AWS::Lambda::Function',
  Properties: {
    Code: { S3Bucket: 'assets', S3Key: 'a1.zip' },
    Handler: 'index.handler',
    Runtime: 'nodejs24.x',
    Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
    ...properties,
  },
});

/** A role that Lambda may assume. */
export const roleWith = (properties: object = {}) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Statement: [
        { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
      ],
    },
    ...properties,
  },
});
