import type { RoutedTemplate } from '../../shared/routes/template-text.ts';

/** A stack's template, of which one pipeline is looked at. */
export interface OwnTemplate {
  /** The whole stack's. */
  readonly resources: NonNullable<RoutedTemplate['Resources']>;
  /** The pipeline's, without its id before them. */
  readonly outputs: NonNullable<RoutedTemplate['Outputs']>;
  readonly file: string;
}

export type Resource = OwnTemplate['resources'][string];

/** The logical id that a value is a reference to: `{"Ref":"Queue"}`, or `{"Fn::GetAtt":["Role","Arn"]}`. */
export function referred(value: unknown): string | undefined {
  const { Ref: id, 'Fn::GetAtt': [attributeOf] = [] } = (
    typeof value === 'object' && value !== null ? value : {}
  ) as { readonly Ref?: string; readonly 'Fn::GetAtt'?: readonly string[] };
  return id ?? attributeOf;
}
