type Json = Readonly<Record<string, unknown>>;

/** Logical ids that a value refers to, by `Ref`, `Fn::GetAtt` or `Fn::Sub`; of an `Fn::If` those of the branch that counts. */
export function referencesIn(value: unknown, holds: (condition: string) => boolean): readonly string[] {
  const found = new Set<string>();
  collect(value, holds, found);
  return [...found];
}

function collect(value: unknown, holds: (condition: string) => boolean, found: Set<string>): void {
  if (Array.isArray(value)) {
    for (const item of value) collect(item, holds, found);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [name, argument] of Object.entries(value)) {
    if (name === 'Ref') found.add(String(argument));
    else if (name === 'Fn::GetAtt') found.add(logicalIdOf(argument));
    else if (name === 'Fn::If') collect(branch(argument, holds), holds, found);
    else {
      if (name === 'Fn::Sub') for (const id of substituted(argument)) found.add(id);
      collect(argument, holds, found);
    }
  }
}

/** `["Queue", "Arn"]`, or `Queue.Arn` */
const logicalIdOf = (argument: unknown): string =>
  Array.isArray(argument) ? String(argument[0]) : String(argument).split('.')[0]!;

/** Both branches while nobody can tell which one counts: who reads the value is told. */
function branch(argument: unknown, holds: (condition: string) => boolean): unknown {
  const [condition, yes, no] = argument as [string, unknown, unknown];
  try {
    return holds(condition) ? yes : no;
  } catch {
    return [yes, no];
  }
}

function substituted(argument: unknown): readonly string[] {
  const [template, names] = (Array.isArray(argument) ? argument : [argument, {}]) as [string, Json];
  return [...template.matchAll(/\$\{([^!}][^}]*)\}/g)]
    .map(([, name = '']) => name.trim())
    .filter((name) => !Object.hasOwn(names, name))
    .map((name) => name.split('.')[0]!);
}
