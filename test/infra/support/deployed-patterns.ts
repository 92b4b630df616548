import { resourcesOfType, synthesize } from './pipeline-template.ts';

/** As long as S3 lets a name be. */
export const INGEST_BUCKET = `sluice-${'i'.repeat(56)}`;

/** Consumer → its rule's pattern as JSON text, as CloudFormation would deploy it to account 111122223333. */
export function deployedPatterns(): Record<string, string> {
  const template = synthesize();
  const [[ingestBucket]] = resourcesOfType(template, 'AWS::S3::Bucket').filter(([id]) =>
    id.startsWith('Ingest'),
  ) as [[string, unknown]];
  const rules = resourcesOfType(template, 'AWS::Events::Rule').map(([, { Properties }]) => [
    Properties['Description'].replace('Events for ', ''),
    JSON.stringify(Properties['EventPattern'])
      .replaceAll('{"Ref":"AWS::AccountId"}', '"111122223333"')
      .replaceAll(`{"Ref":"${ingestBucket}"}`, JSON.stringify(INGEST_BUCKET)),
  ]);
  return Object.fromEntries(rules);
}
