import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Keeps } from '../shared/keeps.ts';
import type { AnyBucket } from './any-bucket.ts';

/**
 * For the policy of the output bucket: whoever it is, nobody writes over the lines that a consumer keeps. A put must say
 * `If-None-Match`, with which S3 creates an object and replaces none. The steps of an upload in parts take no such header, and no object
 * comes of them: its completion is held to it.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
 */
export function writeOnce(
  bucket: AnyBucket,
  consumers: readonly { readonly keeps: Keeps }[],
): readonly PolicyStatement[] {
  const prefixes = consumers.flatMap(({ keeps }) =>
    keeps !== 'nothing' && 'lines' in keeps ? [keeps.lines] : [],
  );
  if (prefixes.length === 0) return [];
  return [
    new PolicyStatement({
      sid: 'WriteOnce',
      effect: Effect.DENY,
      principals: [new AnyPrincipal()],
      actions: ['s3:PutObject'],
      resources: prefixes.map((prefix) => bucket.arnForObjects(`${prefix}*`)),
      conditions: { Null: { 's3:if-none-match': 'true' }, Bool: { 's3:ObjectCreationOperation': 'true' } },
    }),
  ];
}
