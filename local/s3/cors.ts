import { matchesGlob } from '../../shared/glob.ts';
import type { CorsRule } from '../plan.ts';
import { element, xmlDocument } from '../protocols/xml.ts';

/** What a page wants to do. */
export interface CorsQuestion {
  readonly origin: string;
  readonly method: string;
  /** Those that a preflight announces, lower-cased. */
  readonly headerNames: readonly string[];
}

/**
 * What a browser is told, by the first rule that lets the page; undefined when none does.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html
 */
export function corsHeaders(
  rules: readonly CorsRule[],
  { origin, method, headerNames }: CorsQuestion,
): Readonly<Record<string, string>> | undefined {
  if (!isExactOrigin(origin)) return undefined;
  const rule = rules.find(
    ({ allowedOrigins, allowedMethods, allowedHeaders }) =>
      allowedOrigins.includes(origin) &&
      allowedMethods.includes(method) &&
      headerNames.every((name) => allowedHeaders.some((pattern) => matchesGlob(pattern.toLowerCase(), name))),
  );
  if (rule === undefined) return undefined;
  const { allowedMethods, exposedHeaders, maxAgeSeconds } = rule;
  return {
    'access-control-allow-origin': origin,
    'access-control-allow-methods': allowedMethods.join(', '),
    'access-control-allow-credentials': 'true',
    ...(headerNames.length > 0 && { 'access-control-allow-headers': headerNames.join(', ') }),
    ...(exposedHeaders.length > 0 && { 'access-control-expose-headers': exposedHeaders.join(', ') }),
    ...(maxAgeSeconds !== undefined && { 'access-control-max-age': String(maxAgeSeconds) }),
    vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
  };
}

/** `*` is any page; `null` is a page that has no origin, which any page can make. */
export function isExactOrigin(origin: string): boolean {
  return origin !== 'null' && !origin.includes('*');
}

const each = (name: string, values: readonly string[]): string =>
  values.map((value) => element(name, value)).join('');

/** The answer to GET `?cors`. */
export function corsXml(rules: readonly CorsRule[]): string {
  const content = rules.map(
    ({ id, allowedOrigins, allowedMethods, allowedHeaders, exposedHeaders, maxAgeSeconds }) =>
      `<CORSRule>${element('ID', id)}${each('AllowedOrigin', allowedOrigins)}${each('AllowedMethod', allowedMethods)}${each('AllowedHeader', allowedHeaders)}${each('ExposeHeader', exposedHeaders)}${element('MaxAgeSeconds', maxAgeSeconds)}</CORSRule>`,
  );
  return xmlDocument('CORSConfiguration', content.join(''));
}
