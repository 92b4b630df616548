/**
 * A condition on the row that a write would replace, kept as data, so that the one statement of it is both sent to
 * DynamoDB and evaluated on a row in memory.
 */
export type Condition =
  | { readonly every: readonly Condition[] }
  | { readonly some: readonly Condition[] }
  | { readonly absent: string }
  | { readonly attribute: string; readonly is: '<' | '<=' | '='; readonly value: string | number };

/** The condition as the parameters of a PutItem through lib-dynamodb. */
export interface ConditionParameters {
  readonly ConditionExpression: string;
  readonly ExpressionAttributeNames: Record<string, string>;
  readonly ExpressionAttributeValues?: Record<string, string | number>;
}

export function conditionParameters(condition: Condition): ConditionParameters {
  const names: Record<string, string> = {};
  const values: Record<string, string | number> = {};
  const name = (attribute: string): string => {
    names[`#${attribute}`] = attribute;
    return `#${attribute}`;
  };
  // AND binds more than OR: only an OR in an AND wants parentheses. DynamoDB refuses pairs that say nothing
  const render = (part: Condition, insideAnd = false): string => {
    if ('every' in part) {
      return part.every.map((one) => render(one, insideAnd || part.every.length > 1)).join(' AND ');
    }
    if ('some' in part) {
      const inParentheses = insideAnd && part.some.length > 1;
      const text = part.some.map((one) => render(one, insideAnd && !inParentheses)).join(' OR ');
      return inParentheses ? `(${text})` : text;
    }
    if ('absent' in part) {
      return `attribute_not_exists(${name(part.absent)})`;
    }
    const placeholder = `:${part.attribute}`;
    values[placeholder] = part.value;
    return `${name(part.attribute)} ${part.is} ${placeholder}`;
  };
  const ConditionExpression = render(condition);
  return {
    ConditionExpression,
    ExpressionAttributeNames: names,
    ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
  };
}

/** Whether DynamoDB would accept the write over this row; undefined stands for no row. */
export function holds(condition: Condition, row: Readonly<Record<string, unknown>> | undefined): boolean {
  if ('every' in condition) {
    return condition.every.every((part) => holds(part, row));
  }
  if ('some' in condition) {
    return condition.some.some((part) => holds(part, row));
  }
  if ('absent' in condition) {
    return row?.[condition.absent] === undefined;
  }
  const { is, value } = condition;
  const held = row?.[condition.attribute];
  // As in DynamoDB, comparing with a missing attribute, or with one of another type, is false.
  if (typeof held === 'string' && typeof value === 'string') {
    return compare(held, is, value);
  }
  return typeof held === 'number' && typeof value === 'number' && compare(held, is, value);
}

function compare<Value extends string | number>(held: Value, is: '<' | '<=' | '=', value: Value): boolean {
  return (is !== '=' && held < value) || (is !== '<' && held === value);
}
