import { element } from '../protocols/xml.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * An operation's output, as the JSON protocol has it, in the XML of the query protocol: lists without an element around
 * them, maps as pairs.
 *
 *     { "Messages": [{ "Body": "hi", "Attributes": { "SenderId": "0" } }] }
 *     <Message><Body>hi</Body><Attribute><Name>SenderId</Name><Value>0</Value></Attribute></Message>
 *
 * @param action names the elements of a batch's results: `<SendMessageBatchResultEntry>`
 */
export function resultOf(action: string, output: Fields): string {
  return Object.entries(output)
    .map(([name, value]) => {
      switch (name) {
        case 'Attributes':
          return pairs('Attribute', value as Fields, (text) => element('Value', String(text)));
        case 'MessageAttributes':
          return pairs('MessageAttribute', value as Fields, (attribute) =>
            wrapped('Value', resultOf(action, attribute as Fields)),
          );
        case 'Messages':
          return structures('Message', action, value);
        case 'Successful':
          return structures(`${action}ResultEntry`, action, value);
        case 'Failed':
          return structures('BatchResultErrorEntry', action, value);
        case 'Results':
          return structures(`${action}ResultEntry`, action, value);
        case 'QueueUrls':
        case 'queueUrls':
          return (value as readonly string[]).map((url) => element('QueueUrl', url)).join('');
        default:
          return element(name, value as string | number | boolean | undefined);
      }
    })
    .join('');
}

const wrapped = (name: string, content: string) => `<${name}>${content}</${name}>`;

const structures = (name: string, action: string, value: unknown) =>
  (value as readonly Fields[]).map((fields) => wrapped(name, resultOf(action, fields))).join('');

const pairs = (name: string, map: Fields, write: (value: unknown) => string) =>
  Object.entries(map)
    .map(([key, value]) => wrapped(name, element('Name', key) + write(value)))
    .join('');
