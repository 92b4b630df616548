import { AwsError } from '../protocols/aws-error.ts';

/** What the query protocol calls a list, and what its JSON counterpart does. */
const LISTS: Readonly<Record<string, string>> = {
  AttributeName: 'AttributeNames',
  MessageAttributeName: 'MessageAttributeNames',
  MessageSystemAttributeName: 'MessageSystemAttributeNames',
  TagKey: 'TagKeys',
};
const ENTRIES = /^(SendMessage|DeleteMessage|ChangeMessageVisibility)BatchRequestEntry$/;

/** botocore sends an empty list under the name that the JSON protocol has for it. */
const LIST_NAMES = new Set(['Entries', ...Object.values(LISTS)]);

interface MapNames {
  readonly name: string;
  readonly key: string;
}

const MAPS: Readonly<Record<string, MapNames>> = {
  Attribute: { name: 'Attributes', key: 'Name' },
  MessageAttribute: { name: 'MessageAttributes', key: 'Name' },
  MessageSystemAttribute: { name: 'MessageSystemAttributes', key: 'Name' },
  Tag: { name: 'tags', key: 'Key' },
};

const INTEGERS = new Set([
  'DelaySeconds',
  'MaxNumberOfMessages',
  'MaxNumberOfMessagesPerSecond',
  'MaxResults',
  'VisibilityTimeout',
  'WaitTimeSeconds',
]);

// of the protocol and of the signature, not of the operation
const NOT_INPUT =
  /^(Action|Version|AWSAccessKeyId|SecurityToken|Signature\w*|Timestamp|Expires|X-Amz-[\w-]+)$/;

/** `SendMessageBatchRequestEntry.1.MessageAttribute.1.Value.StringListValue.1` */
const MOST_PARTS = 7;

/** Parameters whose names are paths: `MessageAttribute.1.Value.StringValue`. */
interface Node {
  text?: string;
  readonly parts: Map<string, Node>;
}

/**
 * A form of the query protocol as the JSON protocol would have sent it.
 *
 *     MessageBody=hi&MessageAttribute.1.Name=n&MessageAttribute.1.Value.DataType=String&…
 *     { "MessageBody": "hi", "MessageAttributes": { "n": { "DataType": "String", … } } }
 *
 * @throws AwsError `InvalidQueryParameter`
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-making-api-requests-xml.html
 */
export function inputOfForm(parameters: URLSearchParams): Record<string, unknown> {
  const root: Node = { parts: new Map() };
  for (const [path, text] of parameters) {
    if (NOT_INPUT.test(path)) continue;
    const parts = path.split('.', MOST_PARTS + 1);
    if (parts.length > MOST_PARTS) {
      throw new AwsError(
        'InvalidQueryParameter',
        `no parameter has more than ${MOST_PARTS} parts: ${path.slice(0, 80)} …`,
      );
    }
    let node = root;
    for (const part of parts) {
      const inner: Node = node.parts.get(part) ?? { parts: new Map() };
      node.parts.set(part, inner);
      node = inner;
    }
    node.text = text;
  }
  return structureOf(root);
}

function structureOf({ parts }: Node): Record<string, unknown> {
  return Object.fromEntries(
    [...parts].map(([name, node]): [string, unknown] => {
      if (ENTRIES.test(name)) return ['Entries', elementsOf(node).map(structureOf)];
      if (Object.hasOwn(LISTS, name)) return [LISTS[name]!, elementsOf(node).map(({ text = '' }) => text)];
      if (Object.hasOwn(MAPS, name)) return [MAPS[name]!.name, mapOf(node, MAPS[name]!)];
      if (LIST_NAMES.has(name) && node.text === '') return [name, []];
      return [name, valueOf(name, node)];
    }),
  );
}

/** Text; a number where the operation wants one and the text is one. */
function valueOf(name: string, { text, parts }: Node): unknown {
  if (text === undefined) {
    return Object.fromEntries([...parts].map(([key, node]) => [key, valueOf(key, node)]));
  }
  return INTEGERS.has(name) && /^-?\d{1,15}$/.test(text) ? Number(text) : text;
}

function mapOf(node: Node, { key }: MapNames): Record<string, unknown> {
  return Object.fromEntries(
    elementsOf(node).map(({ parts }) => {
      const value = parts.get('Value');
      return [parts.get(key)?.text ?? '', value === undefined ? undefined : valueOf('Value', value)];
    }),
  );
}

/** `AttributeName.1`, `AttributeName.2` in the order of their numbers; one alone may have no number. */
function elementsOf(node: Node): Node[] {
  const numbered = [...node.parts].filter(([part]) => /^\d+$/.test(part));
  // a client that has none sends the name alone
  if (numbered.length === 0) return node.parts.size === 0 && node.text === '' ? [] : [node];
  return numbered.toSorted(([a], [b]) => Number(a) - Number(b)).map(([, element]) => element);
}
