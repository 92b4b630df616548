import type { BucketDescription } from '../plan.ts';
import { element, xmlDocument } from '../protocols/xml.ts';

/** The lifecycle rules as S3 answers them. @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleRule.html */
export function lifecycleXml(rules: BucketDescription['lifecycle']): string {
  return xmlDocument('LifecycleConfiguration', rules.map(ruleXml).join(''));
}

function ruleXml(rule: BucketDescription['lifecycle'][number]): string {
  const { id, isEnabled, prefix, noncurrentExpirationDays, newerNoncurrentVersions } = rule;
  const { expirationDays, expiredObjectDeleteMarker, abortMultipartDays } = rule;
  const content = [
    element('ID', id),
    `<Filter>${element('Prefix', prefix ?? '')}</Filter>`,
    element('Status', isEnabled ? 'Enabled' : 'Disabled'),
    around(
      'Expiration',
      element('Days', expirationDays) + element('ExpiredObjectDeleteMarker', expiredObjectDeleteMarker),
    ),
    around(
      'NoncurrentVersionExpiration',
      element('NoncurrentDays', noncurrentExpirationDays) +
        element('NewerNoncurrentVersions', newerNoncurrentVersions),
    ),
    around('AbortIncompleteMultipartUpload', element('DaysAfterInitiation', abortMultipartDays)),
  ];
  return `<Rule>${content.join('')}</Rule>`;
}

const around = (name: string, content: string): string =>
  content === '' ? '' : `<${name}>${content}</${name}>`;
