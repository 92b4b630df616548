import { UnsupportedFeatureError } from '../unsupported-feature-error.ts';

/** A resource as the template has it, before its intrinsics are resolved. */
export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly Condition?: string;
}

interface Output {
  readonly Value: unknown;
  readonly Condition?: string;
  readonly Export?: { readonly Name: unknown };
}

/** A stack's template, as far as it is read. */
export interface Template {
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Outputs?: Readonly<Record<string, Output>>;
  readonly Parameters?: Readonly<Record<string, { readonly Type: string; readonly Default?: unknown }>>;
  readonly Conditions?: Readonly<Record<string, unknown>>;
  readonly Mappings?: Readonly<Record<string, unknown>>;
}

/** What `Ref` and `Fn::GetAtt` of one resource give: `{ ref: "my-queue-url", attributes: { Arn: "arn:…" } }`. */
export interface ResourceIdentity {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
}

type Json = Readonly<Record<string, unknown>>;

/** What the names in a template stand for. Each of them throws UnsupportedFeatureError for what it cannot tell. */
export interface Names {
  /** The resource of that logical id; `undefined` when there is none. */
  identity(logicalId: string): ResourceIdentity | undefined;
  /** The value of a parameter, or of a pseudo parameter such as `AWS::Region`; `undefined` when there is none. */
  parameter(name: string): unknown;
  condition(name: string): boolean;
  /** What another stack exports under that name. */
  imported(name: string): unknown;
  readonly mappings: Json;
}

/** Resolves the intrinsic functions of a template to plain values. Names what it cannot resolve. */
export class IntrinsicResolver {
  readonly #names: Names;

  constructor(names: Names) {
    this.#names = names;
  }

  /** @throws UnsupportedFeatureError for an intrinsic that it does not know, or a name that nothing in the template has */
  readonly resolve = (value: unknown): unknown => {
    if (Array.isArray(value)) {
      return value.map((item) => this.resolve(item)).filter((item) => item !== undefined);
    }
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value);
    const [first] = entries;
    if (entries.length === 1 && first !== undefined && (first[0] === 'Ref' || first[0].startsWith('Fn::'))) {
      return this.#intrinsic(first[0], first[1]);
    }
    return Object.fromEntries(
      entries
        .map(([name, item]) => [name, this.resolve(item)] as const)
        .filter(([, item]) => item !== undefined),
    );
  };

  #intrinsic(name: string, argument: unknown): unknown {
    switch (name) {
      case 'Ref':
        return argument === 'AWS::NoValue' ? undefined : this.#reference(String(argument));
      case 'Fn::GetAtt': {
        const [logicalId, ...attribute] = Array.isArray(argument)
          ? argument.map(String)
          : String(argument).split('.');
        return this.#attribute(logicalId!, attribute.join('.'));
      }
      case 'Fn::Join': {
        const [delimiter, parts] = argument as [string, unknown];
        return (this.resolve(parts) as unknown[]).map(textOf).join(delimiter);
      }
      case 'Fn::Sub':
        return this.#substitute(argument);
      case 'Fn::Select': {
        const [index, list] = this.resolve(argument) as [number | string, unknown[]];
        return list[Number(index)];
      }
      case 'Fn::Split': {
        const [delimiter, whole] = this.resolve(argument) as [string, unknown];
        return textOf(whole).split(delimiter);
      }
      case 'Fn::If': {
        const [condition, yes, no] = argument as [string, unknown, unknown];
        return this.resolve(this.#names.condition(condition) ? yes : no);
      }
      case 'Fn::FindInMap':
        return this.#findInMap(argument);
      case 'Fn::ImportValue':
        return this.#names.imported(textOf(this.resolve(argument)));
      case 'Fn::Base64':
        return Buffer.from(textOf(this.resolve(argument))).toString('base64');
      case 'Fn::GetAZs': {
        const region = textOf(this.resolve(argument)) || textOf(this.#reference('AWS::Region'));
        return ['a', 'b', 'c'].map((zone) => `${region}${zone}`);
      }
      default:
        throw new UnsupportedFeatureError(`the intrinsic function ${name} (${JSON.stringify(argument)})`);
    }
  }

  #findInMap(argument: unknown): unknown {
    const [map, first, second, otherwise] = this.resolve(argument) as [string, string, string, Json?];
    const found = [map, first, second].reduce<unknown>(
      (level, key) =>
        typeof level === 'object' && level !== null && Object.hasOwn(level, key)
          ? (level as Json)[key]
          : undefined,
      this.#names.mappings,
    );
    const value = found ?? otherwise?.['DefaultValue'];
    if (value !== undefined) return value;
    throw new UnsupportedFeatureError(`Fn::FindInMap (${JSON.stringify(argument)}), which finds nothing`);
  }

  #substitute(argument: unknown): string {
    const [template, names] = (Array.isArray(argument) ? argument : [argument, {}]) as [string, Json];
    return template.replaceAll(/\$\{(!?)([^}]+)\}/g, (whole, literal: string, name: string) => {
      if (literal !== '') return whole.replace('!', '');
      if (Object.hasOwn(names, name)) return textOf(this.resolve(names[name]));
      const [logicalId, ...attribute] = name.trim().split('.');
      return attribute.length === 0
        ? textOf(this.#reference(name.trim()))
        : this.#attribute(logicalId!, attribute.join('.'));
    });
  }

  #reference(name: string): unknown {
    return this.#names.parameter(name) ?? this.#identity(name).ref;
  }

  #attribute(logicalId: string, attribute: string): string {
    const { attributes } = this.#identity(logicalId);
    if (!Object.hasOwn(attributes, attribute)) {
      throw new UnsupportedFeatureError(`Fn::GetAtt ${logicalId}.${attribute}`);
    }
    return attributes[attribute]!;
  }

  #identity(logicalId: string): ResourceIdentity {
    const identity = this.#names.identity(logicalId);
    if (identity === undefined) {
      throw new UnsupportedFeatureError(`a reference to ${JSON.stringify(logicalId)}`);
    }
    return identity;
  }
}

export const textOf = (value: unknown): string => {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    return String(value);
  }
  throw new UnsupportedFeatureError(`${JSON.stringify(value)} where a text is wanted`);
};
