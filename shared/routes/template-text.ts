/** A synthesized template, as far as routes need it. */
export interface RoutedTemplate {
  readonly Resources?: Readonly<Record<string, TemplateResource>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value?: unknown }>>;
}

interface TemplateResource {
  readonly Type?: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

/**
 * A value of a template with a text for each thing that is known only when it is deployed, the same for the same thing:
 * `{"Ref":"IngestBucket"}` → `${IngestBucket}`. So patterns can be held against events of that very bucket.
 */
export function withTexts(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withTexts);
  if (typeof value !== 'object' || value === null) return value;
  return intrinsicText(value) ?? mapped(value);
}

const mapped = (value: object): object =>
  Object.fromEntries(Object.entries(value).map(([name, field]) => [name, withTexts(field)]));

/** `Ref`, or a function of CloudFormation; undefined for any other object. */
function intrinsicText(value: object): string | undefined {
  const [[name, operand] = [], ...more] = Object.entries(value) as readonly (readonly [string, unknown])[];
  if (name === undefined || more.length > 0) return undefined;
  if (name === 'Ref') return `\${${String(operand)}}`;
  if (!name.startsWith('Fn::')) return undefined;
  if (name === 'Fn::GetAtt' && Array.isArray(operand)) return `\${${operand.join('.')}}`;
  if (name === 'Fn::Join' && Array.isArray(operand) && Array.isArray(operand[1])) {
    return (operand[1] as unknown[]).map((part) => String(withTexts(part))).join(String(operand[0]));
  }
  if (name === 'Fn::Sub' && typeof operand === 'string') return operand;
  // a text of JSON may hold it: no quotes
  return `\${${name} ${JSON.stringify(withTexts(operand)).replaceAll(/["\\]/g, '')}}`;
}
