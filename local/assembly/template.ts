import { UnsupportedFeatureError } from '../unsupported-feature-error.ts';

/** A resource as the template has it, before its intrinsics are resolved. */
export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly Condition?: string;
}

/** What `Ref` and `Fn::GetAtt` of one resource give: `{ ref: "my-queue-url", attributes: { Arn: "arn:…" } }`. */
export interface ResourceIdentity {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
}

type Json = Readonly<Record<string, unknown>>;

/** Resolves the intrinsic functions of a template to plain values. Names what it cannot resolve. */
export class IntrinsicResolver {
  readonly #identities: ReadonlyMap<string, ResourceIdentity>;
  readonly #pseudoParameters: Readonly<Record<string, string>>;

  /** @param pseudoParameters e.g. `{ "AWS::Region": "us-east-1" }` */
  constructor(
    identities: ReadonlyMap<string, ResourceIdentity>,
    pseudoParameters: Readonly<Record<string, string>>,
  ) {
    this.#identities = identities;
    this.#pseudoParameters = pseudoParameters;
  }

  /** @throws UnsupportedFeatureError for an intrinsic that it does not know, or a name that nothing in the template has */
  resolve(value: unknown): unknown {
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
  }

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
        return (this.resolve(parts) as unknown[]).map(text).join(delimiter);
      }
      case 'Fn::Sub':
        return this.#substitute(argument);
      case 'Fn::Select': {
        const [index, list] = this.resolve(argument) as [number | string, unknown[]];
        return list[Number(index)];
      }
      case 'Fn::Split': {
        const [delimiter, whole] = this.resolve(argument) as [string, unknown];
        return text(whole).split(delimiter);
      }
      default:
        throw new UnsupportedFeatureError(`the intrinsic function ${name} (${JSON.stringify(argument)})`);
    }
  }

  #substitute(argument: unknown): string {
    const [template, names] = (Array.isArray(argument) ? argument : [argument, {}]) as [string, Json];
    return template.replaceAll(/\$\{(!?)([^}]+)\}/g, (whole, literal: string, name: string) => {
      if (literal !== '') return whole.replace('!', '');
      if (Object.hasOwn(names, name)) return text(this.resolve(names[name]));
      const [logicalId, ...attribute] = name.split('.');
      return attribute.length === 0
        ? this.#reference(name)
        : this.#attribute(logicalId!, attribute.join('.'));
    });
  }

  #reference(name: string): string {
    if (Object.hasOwn(this.#pseudoParameters, name)) return this.#pseudoParameters[name]!;
    return this.#identity(name).ref;
  }

  #attribute(logicalId: string, attribute: string): string {
    const { attributes } = this.#identity(logicalId);
    if (!Object.hasOwn(attributes, attribute)) {
      throw new UnsupportedFeatureError(`Fn::GetAtt ${logicalId}.${attribute}`);
    }
    return attributes[attribute]!;
  }

  #identity(logicalId: string): ResourceIdentity {
    const identity = this.#identities.get(logicalId);
    if (identity === undefined) {
      throw new UnsupportedFeatureError(`a reference to ${JSON.stringify(logicalId)}`);
    }
    return identity;
  }
}

const text = (value: unknown): string => {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    return String(value);
  }
  throw new UnsupportedFeatureError(`${JSON.stringify(value)} where a text is wanted`);
};
