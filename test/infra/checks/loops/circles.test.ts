import { App, Stack } from 'aws-cdk-lib';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { CfnRole } from 'aws-cdk-lib/aws-iam';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { whyRefused } from '../../../../infra/checks/loops/refuse-loops.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

interface Drawn {
  readonly hears: string;
  readonly writes: readonly string[];
}

test('lists of consumers are refused exactly where some consumer can be reached from itself', () => {
  const prefix = fc.constantFrom('a/', 'b/', 'b/c/', 'd/', 'e/');
  const list = fc.array(fc.record({ hears: prefix, writes: fc.array(prefix, { maxLength: 2 }) }), {
    maxLength: 5,
  });
  const outdir = temporaryFolder();
  fc.assert(
    fc.property(list, (drawn) => {
      const stack = new Stack(new App({ outdir }), 'Files');
      const bucket = new CfnBucket(stack, 'Ingest');
      const consumers = drawn.map((one, n) => consumerOf(stack, bucket, `C${n}`, one));

      const refusals = whyRefused(stack, consumers, []);

      expect(refusals.length > 0).toBe(closes(drawn));
    }),
  );
});

/** Rule, function and role alone, of which circles are made. */
function consumerOf(stack: Stack, bucket: CfnBucket, name: string, { hears, writes }: Drawn) {
  const construct = new Construct(stack, name);
  const role = new CfnRole(construct, 'Role', {
    assumeRolePolicyDocument: {},
    policies: [
      {
        policyName: 'writes',
        policyDocument: {
          Statement: writes.map((keys) => ({
            Effect: 'Allow',
            Action: 's3:PutObject',
            Resource: `${bucket.attrArn}/${keys}*`,
          })),
        },
      },
    ],
  });
  const { attrArn: arn } = new CfnFunction(construct, 'Function', { code: {}, role: role.attrArn });
  new CfnRule(construct, 'Rule', {
    eventPattern: {
      source: ['aws.s3'],
      'detail-type': ['Object Created'],
      detail: { bucket: { name: [bucket.ref] }, object: { key: [{ prefix: hears }] } },
    },
    targets: [{ id: 'Function', arn }],
  });
  return { name, construct, definition: {} };
}

/** Whether some consumer reaches itself: by the transitive closure, the slow and plain way. */
function closes(drawn: readonly Drawn[]): boolean {
  const reaches = drawn.map(({ writes }) =>
    drawn.map(({ hears }) =>
      writes.some((written) => written.startsWith(hears) || hears.startsWith(written)),
    ),
  );
  for (const middle of drawn.keys()) {
    for (const from of drawn.keys()) {
      for (const to of drawn.keys()) {
        if (reaches[from]![middle]! && reaches[middle]![to]!) reaches[from]![to] = true;
      }
    }
  }
  return [...drawn.keys()].some((n) => reaches[n]![n]);
}
