import type { Keeps } from '../keeps.ts';
import { wantedText } from '../event-pattern/wanted-text.ts';
import type { TemplateConsumer, TemplatePipeline } from './template-pipelines.ts';

/** A Mermaid flowchart of a pipeline: bucket, bus, what each rule lets through, where it sends, what is kept. */
export function consumersDiagram({ consumers }: TemplatePipeline): string {
  return [
    'flowchart LR',
    '  bucket[("ingest bucket")] --> bus(["default event bus"])',
    '  bus --> archive[("event archive")]',
    ...consumers.map(
      (consumer) =>
        `  bus -->|"${label(rulesText(consumer.pattern))}"| ${targetNodes(consumer)}${keptNode(consumer)}`,
    ),
    '',
  ].join('\n');
}

function targetNodes({ id, name, target }: TemplateConsumer): string {
  switch (target.kind) {
    case 'function':
      return `${id}Queue[["queue"]] --> ${id}["${label(name)}"]`;
    case 'queue':
      return `${id}[["queue of ${label(name)}"]]`;
    case 'bus':
      return `${id}(["${label(name)}: another event bus"])`;
    case 'state-machine':
    default:
      return `${id}{{"${label(name)}: a state machine"}}`;
  }
}

function keptNode({ id, keeps, target }: TemplateConsumer): string {
  if (keeps === undefined || target.kind !== 'function') return '';
  return keeps === 'nothing' ? '' : ` --> ${id}Kept[("${label(keptText(keeps))}")]`;
}

function keptText(keeps: Exclude<Keeps, 'nothing'>): string {
  const of = keeps.of === undefined ? '' : ` of ${keeps.of.endings.join(', ')}`;
  if ('rows' in keeps) return `rows${of} in ${keeps.rows.table.replace(/TableName$/, '')}`;
  return 'lines' in keeps ? `lines${of} under ${keeps.lines}` : `objects${of} under ${keeps.objects}`;
}

/** Kinds of change, and what is asked of the key: `created, deleted; key prefix "csv/"` */
function rulesText(pattern: string): string {
  const { 'detail-type': types = [], detail } = JSON.parse(pattern) as RulePattern;
  const kinds =
    types.length > 3 ? ['every change'] : types.map((type) => type.replace(/^Object /, '').toLowerCase());
  const key = detail?.object?.key;
  return [kinds.join(', '), ...(key === undefined ? [] : [`key ${wantedText(JSON.stringify(key))}`])].join(
    '; ',
  );
}

interface RulePattern {
  readonly 'detail-type'?: readonly string[];
  readonly detail?: { readonly object?: { readonly key?: readonly unknown[] } };
}

/** Mermaid ends a label at a quote, and reads `#` as the start of a character's name. */
const label = (text: string): string => text.replaceAll('#', '#35;').replaceAll('"', '#quot;');
