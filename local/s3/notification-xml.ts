import { randomUUID } from 'node:crypto';
import type { NotificationPlan } from '../plan.ts';
import { element, elements, parseXml, textOf, type XmlElement, xmlDocument } from '../protocols/xml.ts';
import { S3Error } from './s3-error.ts';

/** By the kind of a destination, what its element is called, and what in it holds the ARN. */
const ELEMENTS = [
  { kind: 'topic', configuration: 'TopicConfiguration', arn: 'Topic' },
  { kind: 'queue', configuration: 'QueueConfiguration', arn: 'Queue' },
  { kind: 'function', configuration: 'CloudFunctionConfiguration', arn: 'CloudFunction' },
] as const;

const MOST_CONFIGURATIONS = 100;

/** A bucket's whole notification configuration. */
export interface NotificationConfiguration {
  readonly eventBridge: boolean;
  readonly notifications: readonly NotificationPlan[];
}

/** @throws S3Error `MalformedXML` for what S3 has no element for, or has too much of */
export function parseNotificationConfiguration(text: string): NotificationConfiguration {
  const document = parseXml(text, 'NotificationConfiguration');
  const known = [...ELEMENTS.map(({ configuration }) => configuration as string), 'EventBridgeConfiguration'];
  refuseOthers(document, known);
  const notifications = ELEMENTS.flatMap(({ kind, configuration, arn: name }) =>
    elements(document, configuration).map((one): NotificationPlan => {
      refuseOthers(one, ['Id', name, 'Event', 'Filter']);
      const arn = textOf(one, name)?.trim() ?? '';
      const events = elements(one, 'Event').map((event) => event.text.trim());
      if (arn === '' || events.length === 0) {
        throw malformed(`${configuration} has no ${arn === '' ? name : 'Event'}`);
      }
      return { id: textOf(one, 'Id')?.trim() || randomUUID(), kind, arn, events, ...parseFilter(one) };
    }),
  );
  if (notifications.length > MOST_CONFIGURATIONS) {
    throw malformed(`there are more than ${MOST_CONFIGURATIONS} configurations`);
  }
  return { eventBridge: document.children.has('EventBridgeConfiguration'), notifications };
}

function parseFilter(configuration: XmlElement): Pick<NotificationPlan, 'prefix' | 'suffix'> {
  const rules = elements(configuration, 'Filter')
    .flatMap((filter) => elements(filter, 'S3Key'))
    .flatMap((key) => elements(key, 'FilterRule'));
  return filterOf(rules.map((rule) => [textOf(rule, 'Name') ?? '', textOf(rule, 'Value') ?? ''] as const));
}

/** @param rules `[["Prefix", "csv/"]]` @throws S3Error `InvalidArgument` for a rule that S3 does not have, or has already */
export function filterOf(
  rules: readonly (readonly [name: string, value: string])[],
): Pick<NotificationPlan, 'prefix' | 'suffix'> {
  const filter: { prefix?: string; suffix?: string } = {};
  for (const [written, value] of rules) {
    const name = written.toLowerCase();
    if (name !== 'prefix' && name !== 'suffix') {
      throw new S3Error('InvalidArgument', 'filter rule name must be either prefix or suffix', {
        details: { ArgumentName: 'FilterRule.Name', ArgumentValue: written },
      });
    }
    if (filter[name] !== undefined) {
      throw new S3Error('InvalidArgument', `Cannot specify more than one ${name} rule in a filter.`, {
        details: { ArgumentName: 'FilterRule', ArgumentValue: value },
      });
    }
    filter[name] = value;
  }
  return filter;
}

/** As it is answered to who asks for it, so that a client can change a part and send the whole. */
export function notificationConfigurationXml({
  eventBridge,
  notifications,
}: NotificationConfiguration): string {
  const configurations = ELEMENTS.flatMap(({ kind, configuration, arn: name }) =>
    notifications
      .filter((one) => one.kind === kind)
      .map(({ id, arn, events, prefix, suffix }) => {
        const rules = Object.entries({ Prefix: prefix, Suffix: suffix })
          .filter(([, value]) => value !== undefined)
          .map(
            ([rule, value]) => `<FilterRule>${element('Name', rule)}${element('Value', value)}</FilterRule>`,
          );
        const filter = rules.length === 0 ? '' : `<Filter><S3Key>${rules.join('')}</S3Key></Filter>`;
        const types = events.map((event) => element('Event', event)).join('');
        return `<${configuration}>${element('Id', id)}${element(name, arn)}${types}${filter}</${configuration}>`;
      }),
  );
  return xmlDocument(
    'NotificationConfiguration',
    configurations.join('') + (eventBridge ? '<EventBridgeConfiguration/>' : ''),
  );
}

function refuseOthers({ children }: XmlElement, known: readonly string[]): void {
  const other = [...children.keys()].find((name) => !known.includes(name));
  if (other !== undefined) throw malformed(`nobody knows ${other} here`);
}

function malformed(why: string): S3Error {
  return new S3Error(
    'MalformedXML',
    `The XML you provided was not well-formed or did not validate against our published schema: ${why}`,
  );
}
