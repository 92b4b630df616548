import { importLine, importLines, type Imported, type Layouts } from './import-lines.ts';
import { camelCase, type NewConsumer } from './new-consumer.ts';

/** What stands behind the lines that are to be filled in. There are three of them, whatever the consumer does. */
export const FILL_IN = '// fill in: ';

/** `one-consumer-row`: the file of the pure core, without its ending. No two files of functions/ may have one name. */
export const coreName = ({ name, keeps }: Pick<NewConsumer, 'name' | 'keeps'>): string =>
  `${name}-${{ rows: 'row', objects: 'output', nothing: 'message' }[keeps]}`;

const coreExport = (consumer: NewConsumer): string => camelCase(coreName(consumer));

/** What the core is given: of an object that it reads the content, else what the event says. */
const given = ({ reads }: NewConsumer) => (reads === 'object' ? 'content' : 'event');

/** The text of `functions/<name>/<core>.ts`. */
export function coreFile(consumer: NewConsumer, layout: Layouts): string {
  const { reads, keeps } = consumer;
  const imported: readonly Imported[] = [
    ...(reads === 'nothing' ? (['ObjectEvent'] as const) : []),
    ...(keeps === 'rows' ? (['RowAttributes'] as const) : []),
  ];
  const parameter = reads === 'object' ? 'content: Uint8Array' : 'event: Seen';
  const what = reads === 'object' ? 'an object that holds this' : 'the object of this event';
  const number = reads === 'object' ? 'bytes: content.length' : 'size: event.size';
  const [doc, type, line] = {
    rows: [`The row of ${what}`, 'RowAttributes', `return { ${number} }; ${FILL_IN}what its row says`],
    objects: [
      `What is kept of ${what}, and how its name ends`,
      'Kept',
      `return { ending: '.json', body: JSON.stringify({ ${number} }) }; ${FILL_IN}what is kept`,
    ],
    nothing: [
      `What there is to tell of ${what}`,
      'string',
      reads === 'object'
        ? `return \`\${content.length} bytes\`; ${FILL_IN}what there is to tell`
        : `return \`\${event.key} of \${event.size} bytes\`; ${FILL_IN}what there is to tell`,
    ],
  }[keeps];
  const revision = [
    `/** Raise it when the same object gives another ${keeps === 'rows' ? 'row' : 'result'}: a replay then writes each anew. */`,
    'export const REVISION = 1;\n',
  ];
  return [
    ...(imported.length > 0 ? [importLines(imported, layout)] : []),
    ...(keeps === 'nothing' ? [] : revision),
    ...(keeps === 'objects'
      ? ['interface Kept {', '  readonly ending: string;', '  readonly body: string | Uint8Array;', '}\n']
      : []),
    ...(reads === 'nothing' ? ["type Seen = Pick<ObjectEvent, 'key' | 'size'>;\n"] : []),
    `/** ${doc}. Of the same it must say the same: events are delivered, and replayed, more than once. */`,
    `export function ${coreExport(consumer)}(${parameter}): ${type} {`,
    `  ${line}`,
    '}\n',
  ].join('\n');
}

/** The text of `functions/<name>/handler.ts`. */
export function handlerFile(consumer: NewConsumer, layout: Layouts): string {
  const { reads, keeps } = consumer;
  const readsObject = reads === 'object';
  const own = coreExport(consumer);
  const imported: readonly (Imported | false)[] = [
    keeps !== 'nothing' && 'requireEnvironment',
    ...(keeps === 'rows' ? (['requireInteger', 'stateAfter'] as const) : []),
    ...(keeps === 'rows' && readsObject ? (['ObjectEvent'] as const) : []),
    'eachRecord',
    keeps === 'objects' && 'keepObject',
    ...(readsObject ? (['ObjectError', 'readObject'] as const) : []),
    ...(keeps === 'rows' ? (['writeRow'] as const) : []),
    ...(keeps === 'rows' && readsObject ? (['RowAttributes'] as const) : []),
  ];
  const usesS3 = readsObject || keeps === 'objects';
  const clients = [
    ...(usesS3 ? ['const s3 = new S3Client({});'] : []),
    ...(keeps === 'objects'
      ? [
          "const bucket = requireEnvironment('OUTPUT_BUCKET');",
          "const consumer = requireEnvironment('CONSUMER_NAME');",
        ]
      : []),
    ...(keeps === 'rows'
      ? [
          'const table = {',
          "  name: requireEnvironment('TABLE_NAME'),",
          "  tombstoneTtlDays: requireInteger('TOMBSTONE_TTL_DAYS'),",
          '};',
        ]
      : []),
  ];
  return [
    ...(usesS3 ? [importLine('@aws-sdk/client-s3', ['S3Client'])] : []),
    importLines(
      imported.filter((one) => one !== false),
      layout,
    ),
    importLine(`./${coreName(consumer)}.ts`, keeps === 'nothing' ? [own] : [own, 'REVISION']),
    ...(clients.length > 0 ? ['\n', ...clients.map((line) => `${line}\n`)] : []),
    '\n',
    ...(keeps === 'rows' ? rowWork(own, readsObject) : otherWork(consumer, own)).map((line) => `${line}\n`),
  ].join('');
}

function rowWork(own: string, readsObject: boolean): readonly string[] {
  const present = readsObject ? 'await rowOf(event, signal)' : `${own}(event)`;
  return [
    '/** Keeps one row per object: what it is now, or that it is gone. */',
    `export const handler = eachRecord(async (event${readsObject ? ', { signal }' : ''}) => {`,
    '  const state = stateAfter(event);',
    "  if (state === undefined) return 'skipped';",
    `  const row = state === 'present' ? ${present} : {};`,
    '  return await writeRow({ table, key: { object_key: event.key }, row, event, revision: REVISION });',
    '});',
    ...(readsObject
      ? [
          '',
          '/** The row of the version that the event named; where that cannot be used, why. */',
          'async function rowOf(event: ObjectEvent, signal: AbortSignal): Promise<RowAttributes> {',
          '  try {',
          '    const { bytes } = await readObject(s3, event, { signal });',
          `    return ${own}(bytes);`,
          '  } catch (error) {',
          '    if (!(error instanceof ObjectError)) throw error;',
          '    return { status: error.status, error: error.message };',
          '  }',
          '}',
        ]
      : []),
  ];
}

function otherWork({ name, reads, keeps }: NewConsumer, own: string): readonly string[] {
  const readsObject = reads === 'object';
  const input = readsObject ? 'bytes' : 'event';
  const doc =
    keeps === 'objects'
      ? '/** Keeps what its core makes of each object, in the output bucket. */'
      : '/** Tells of each object. It may be called for the same one again. */';
  const usesLogger = keeps === 'nothing' || readsObject;
  const usesSignal = keeps === 'objects' || readsObject;
  const context = [usesSignal && 'signal', usesLogger && 'logger'].filter((one) => one !== false);
  const parameters = context.length === 0 ? 'event' : `event, { ${context.join(', ')} }`;
  const work = [
    ...(readsObject ? ['const { bytes } = await readObject(s3, event, { signal });'] : []),
    ...(keeps === 'objects'
      ? [
          `const { ending, body } = ${own}(${input});`,
          `const key = \`${name}/\${event.key}\${ending}\`;`,
          'return await keepObject({ s3, bucket, consumer, key, body, event, revision: REVISION, signal });',
        ]
      : [
          `const message = ${own}(${input});`,
          `logger.info('told', { told: message }); ${FILL_IN}whom it is told`,
          "return 'recorded';",
        ]),
  ];
  const guarded = [
    'try {',
    ...work.map((line) => `  ${line}`),
    '} catch (error) {',
    '  if (!(error instanceof ObjectError)) throw error;',
    '  // deleted since, archived or too large: trying again cannot help',
    '  logger.warn(error.message, { status: error.status });',
    "  return 'skipped';",
    '}',
  ];
  return [
    doc,
    `export const handler = eachRecord(async (${parameters}) => {`,
    ...(readsObject ? guarded : work).map((line) => `  ${line}`),
    '});',
  ];
}

/** The text of `test/functions/<name>/<core>.test.ts`. */
export function coreTestFile(consumer: NewConsumer): string {
  const { name, reads, keeps } = consumer;
  const own = coreExport(consumer);
  const readsObject = reads === 'object';
  const input = readsObject
    ? "const content = Buffer.from('one,two\\n');"
    : "const event = { key: 'one.txt', size: 8 };";
  const number = readsObject ? '{ bytes: 8 }' : '{ size: 8 }';
  const [title, what, expected] = {
    rows: [`a row of ${name}`, 'row', number],
    objects: [`what ${name} keeps`, 'kept', `{ ending: '.json', body: JSON.stringify(${number}) }`],
    nothing: [`what ${name} tells`, 'message', readsObject ? "'8 bytes'" : "'one.txt of 8 bytes'"],
  }[keeps];
  // of one that keeps nothing, the third line is whom it is told
  const asked = keeps === 'nothing' ? '' : ` ${FILL_IN}what such an object ${readsObject ? 'holds' : 'is'}`;
  return [
    importLine('vitest', ['describe', 'expect', 'test']) +
      importLine(`../../../functions/${name}/${coreName(consumer)}.ts`, [own]),
    `describe('${title}', () => {`,
    "  test('is made of one object', () => {",
    `    ${input}${asked}`,
    `    const ${what} = ${expected}; ${FILL_IN}and what becomes of it`,
    '',
    `    expect(${own}(${given(consumer)})).toEqual(${what});`,
    '  });',
    '});\n',
  ].join('\n');
}
