import { pascalCase } from '../../shared/pascal-case.ts';
import { commandLine } from './consumer-flags.ts';
import { importLines, type Imported, type Layouts } from './import-lines.ts';
import { call, field, laidOut, list, object, quoted, type Layout } from './laid-out.ts';
import { camelCase, type NewConsumer } from './new-consumer.ts';
import { heardText, keptText } from './consumer-words.ts';

/** The text of `infra/consumers/<name>.ts`. */
export function entryFile(consumer: NewConsumer, layout: Layouts): string {
  const { name, target, keeps } = consumer;
  const usesStage = keeps === 'rows';
  const imported: readonly (Imported | false)[] = [
    grantsOf(consumer).length > 0 && 'allow',
    'ConsumerDefinition',
    ...(usesStage ? (['tombstoneTtlDays', 'Stage'] as const) : []),
    hasAllKeys(consumer) && 'NOT_A_FOLDER',
    hearsDeletes(consumer) && 'OF_THE_CURRENT_OBJECT',
  ];
  const body = [
    `name: ${quoted(name)},`,
    'pattern: {',
    ...patternOf(consumer).map((line) => `  ${line}`),
    '},',
    ...keepsOf(consumer),
    ...(target.kind === 'function' ? [`kind: ${quoted(consumer.kind)},`] : targetOf(consumer)),
    ...storesOf(consumer),
  ];
  return [
    importLines(
      imported.filter((one) => one !== false),
      layout,
    ),
    commandLine(consumer),
    `/** ${summaryOf(consumer)} */`,
    `export const ${camelCase(name)} = (${usesStage ? 'stage: Stage' : ''}): ConsumerDefinition => ({`,
    ...body.map((line) => `  ${line}`),
    '});\n',
  ].join('\n');
}

function summaryOf(consumer: NewConsumer): string {
  const { target, keeps } = consumer;
  const of = heardText(consumer);
  if (target.kind !== 'function') return `Sends on ${of}.`;
  return keeps === 'nothing' ? `Is told of ${of}.` : `Keeps ${keptText(consumer)}, of ${of}.`;
}

const hasAllKeys = ({ prefixes, suffixes }: NewConsumer): boolean =>
  prefixes.length === 0 && suffixes.length === 0;

const hearsDeletes = ({ hears }: NewConsumer): boolean => hears !== 'created';

/** Whether `keeps` judges the names, in any case, and the rule the prefix alone: a rule can only ask for both by wildcards. */
const keepsNames = ({ keeps, prefixes, suffixes }: NewConsumer): boolean =>
  keeps !== 'nothing' && prefixes.length > 0 && suffixes.length > 0;

function patternOf(consumer: NewConsumer): readonly string[] {
  const types = { created: ['Created'], deleted: ['Deleted'], both: ['Created', 'Deleted'] }[consumer.hears];
  const heard = types.map((type) => quoted(`Object ${type}`)).join(', ');
  const key = field('key', keysOf(consumer));
  const pattern = hearsDeletes(consumer)
    ? ['detail: {', `  object: ${laidOut(object(key), 6, 1, 14)},`, '  $or: OF_THE_CURRENT_OBJECT,', '},']
    : [`detail: ${laidOut(object(field('object', object(key))), 4, 1, 12)},`];
  return [`'detail-type': [${heard}],`, ...pattern];
}

function keysOf(consumer: NewConsumer): Layout {
  if (hasAllKeys(consumer)) return 'NOT_A_FOLDER';
  const { prefixes, suffixes } = consumer;
  if (keepsNames(consumer) || suffixes.length === 0) {
    return list(...prefixes.map((prefix) => object(field('prefix', quoted(prefix)))));
  }
  if (prefixes.length === 0) {
    return list(
      ...suffixes.map((suffix) =>
        object(field('suffix', object(field("'equals-ignore-case'", quoted(suffix))))),
      ),
    );
  }
  const wildcards = prefixes.flatMap((prefix) => suffixes.map((suffix) => `${prefix}*${suffix}`));
  return list(...wildcards.map((wildcard) => object(field('wildcard', quoted(wildcard)))));
}

function keepsOf(consumer: NewConsumer): readonly string[] {
  const { name, keeps, suffixes } = consumer;
  if (keeps === 'nothing') return ["keeps: 'nothing',"];
  const place =
    keeps === 'rows'
      ? field(
          'rows',
          object(
            field('table', quoted(`${pascalCase(name)}TableName`)),
            field('key', "{ object_key: '{key}' }"),
          ),
        )
      : field('objects', quoted(`${name}/`));
  const names = object(
    field('endings', list(...suffixes.map(quoted))),
    field('otherwise', quoted('of another name than it takes')),
  );
  const items = keepsNames(consumer) ? [place, field('of', names)] : [place];
  return ['keeps: {', ...items.map((item) => `  ${laidOut(item, 4)},`), '},'];
}

function targetOf({ target }: NewConsumer): readonly string[] {
  if (target.kind === 'queue') return ["target: 'queue',", endsAt('queue')];
  if (target.kind === 'function') return [];
  const label = target.kind === 'bus' ? 'bus' : 'stateMachine';
  return [`target: ${laidOut(object(field(label, quoted(target.arn))), 2, 1, 10)},`, endsAt(target.arn)];
}

/** What synth asks of a way that it cannot follow: for whoever adds the consumer to see to. */
const endsAt = (where: string): string =>
  `${laidOut(field('endsAt', quoted(`${where}, nothing there writes to the ingest bucket`)), 2)},`;

function storesOf(consumer: NewConsumer): readonly string[] {
  const grants = grantsOf(consumer);
  const stores = [
    consumer.reads === 'object' && 'ingestBucket',
    consumer.keeps === 'objects' && 'outputBucket',
    consumer.keeps === 'rows' && 'table',
  ].filter((store) => store !== false);
  return [
    ...(consumer.keeps === 'rows'
      ? [
          "ownTable: { partitionKey: 'object_key' },",
          'environment: ({ table }) => ({',
          '  TABLE_NAME: table.tableName,',
          '  TOMBSTONE_TTL_DAYS: String(tombstoneTtlDays(stage)),',
          '}),',
        ]
      : []),
    ...(consumer.keeps === 'objects'
      ? ['environment: ({ outputBucket }) => ({ OUTPUT_BUCKET: outputBucket.bucketName }),']
      : []),
    ...grantLines(stores, grants),
  ];
}

function grantLines(stores: readonly string[], grants: readonly string[]): readonly string[] {
  if (grants.length === 0) return [];
  const head = `grants: ({ ${stores.join(', ')} }) => [`;
  const [only, ...others] = grants;
  const line = `${head}${only?.slice(0, -1)}],`;
  if (others.length === 0 && !line.includes('\n') && line.length <= 108) return [line];
  return [head, ...grants.map((grant) => `  ${grant}`), '],'];
}

const statement = (actions: readonly string[], on: Layout): string =>
  `${laidOut(call('allow', list(...actions.map(quoted)), on), 4)},`;
const objects = (bucket: string, keys: string): Layout => call(`${bucket}.arnForObjects`, quoted(`${keys}*`));

/** The statements of its role, each with a comma behind it, and a comment where a reader would wonder. */
function grantsOf(consumer: NewConsumer): readonly string[] {
  const { name, reads, keeps, prefixes } = consumer;
  const read = (prefixes.length > 0 ? prefixes : ['']).map((prefix) =>
    statement(['s3:GetObject', 's3:GetObjectVersion'], objects('ingestBucket', prefix)),
  );
  return [
    ...(reads === 'object'
      ? [
          ...read,
          '// without it S3 answers 403, not 404, for an object that is gone',
          statement(['s3:ListBucket'], 'ingestBucket.bucketArn'),
        ]
      : []),
    ...(keeps === 'rows' ? [statement(['dynamodb:PutItem'], 'table.tableArn')] : []),
    ...(keeps === 'objects'
      ? [statement(['s3:GetObject', 's3:PutObject'], objects('outputBucket', `${name}/`))]
      : []),
  ];
}

/** What its role may do, as `test/infra/iam/<name>.json` lists it. */
export function roleFile({ name, reads, keeps, prefixes }: NewConsumer): string {
  const keys = prefixes.length > 0 ? prefixes : [''];
  const pairs = [
    ...(keeps === 'rows' ? [`dynamodb:PutItem on ${pascalCase(name)}Table`] : []),
    ...(reads === 'object'
      ? [
          ...keys.map((prefix) => `s3:GetObject on IngestBucket/${prefix}*`),
          ...keys.map((prefix) => `s3:GetObjectVersion on IngestBucket/${prefix}*`),
          's3:ListBucket on IngestBucket',
        ]
      : []),
    ...(keeps === 'objects'
      ? [`s3:GetObject on OutputBucket/${name}/*`, `s3:PutObject on OutputBucket/${name}/*`]
      : []),
  ];
  const flat = `[${pairs.map((pair) => JSON.stringify(pair)).join(', ')}]`;
  return flat.length <= 110 ? `${flat}\n` : `${JSON.stringify(pairs, null, 2)}\n`;
}
