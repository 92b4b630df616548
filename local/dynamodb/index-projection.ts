import type { TablePlan } from '../plan.ts';
import { AwsError } from '../protocols/aws-error.ts';

/**
 * DynamoDB refuses a query of a global secondary index for an attribute that the index does not hold; dynalite would leave it
 * out in silence.
 *
 * @throws AwsError `ValidationException`, in DynamoDB's words
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html#GSI.Projections
 */
export function checkIndexProjection(
  { keySchema, indexes = [] }: TablePlan,
  input: Readonly<Record<string, unknown>>,
): void {
  const index = indexes.find(({ IndexName }) => IndexName === input['IndexName']);
  if (index === undefined || index.Projection.ProjectionType === 'ALL') return;
  const held = new Set([
    ...[...keySchema, ...index.KeySchema].map(({ AttributeName }) => AttributeName),
    ...(index.Projection.NonKeyAttributes ?? []),
  ]);
  const lacking = askedFor(input).filter((name) => !held.has(name));
  if (lacking.length > 0) {
    throw new AwsError(
      'ValidationException',
      `One or more parameter values were invalid: Global secondary index ${index.IndexName} does not project [${lacking.join(', ')}]`,
    );
  }
}

/** The attributes that the answer is to show, by their first names: `a` of `a.b[1]`. */
function askedFor({
  ProjectionExpression: expression,
  AttributesToGet: listed,
  ExpressionAttributeNames: names,
}: Readonly<Record<string, unknown>>): readonly string[] {
  if (Array.isArray(listed)) return listed.map(String);
  if (typeof expression !== 'string') return [];
  const given = (names ?? {}) as Readonly<Record<string, unknown>>;
  return expression.split(',').flatMap((path) => {
    const [first = ''] = path.trim().split(/[.[]/);
    // a placeholder that stands for nothing is refused by dynalite
    const name = first.startsWith('#') ? given[first] : first;
    return typeof name === 'string' ? [name] : [];
  });
}
