import type { CorsRule } from '../plan.ts';
import type { ResourceProperties } from './resource-properties.ts';

/** A bucket's `CorsConfiguration`. */
export function planCorsRules(configuration: ResourceProperties): CorsRule[] {
  const rules = configuration.list('CorsRules').map((rule) => {
    const id = rule.optional<string>('Id');
    const maxAge = rule.optional<number>('MaxAge');
    const plan: CorsRule = {
      ...(id !== undefined && { id }),
      allowedOrigins: rule.required('AllowedOrigins'),
      allowedMethods: rule.required('AllowedMethods'),
      allowedHeaders: rule.optional('AllowedHeaders') ?? [],
      exposedHeaders: rule.optional('ExposedHeaders') ?? [],
      ...(maxAge !== undefined && { maxAgeSeconds: maxAge }),
    };
    rule.finish();
    return plan;
  });
  configuration.finish();
  return rules;
}
