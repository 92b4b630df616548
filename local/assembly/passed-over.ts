import type { Template } from './template.ts';

/** What the resources of a group are for, and what is so without them on one machine. */
interface Group {
  readonly types: RegExp;
  readonly name: string;
  readonly why: string;
}

const GROUPS: readonly Group[] = [
  {
    types: /^AWS::EC2::/,
    name: 'AWS::EC2',
    why: 'no network is made, and functions reach whatever this machine reaches',
  },
  { types: /^AWS::Backup::/, name: 'AWS::Backup', why: 'nothing is backed up' },
  {
    types: /^AWS::(Lambda::CodeSigningConfig$|Signer::)/,
    name: 'AWS::Signer',
    why: 'no signature of code is looked at',
  },
];

/**
 * A line for each resource that nothing of the pipeline needs; one for all those of a network, of backup or of code-signing,
 * which come by the dozen.
 *
 *     passed over: AWS::EC2::VPC Net5B0C1F5E and 11 more of AWS::EC2: no network is made, and functions reach whatever …
 */
export function passedOverLines(resources: Template['Resources'], ids: readonly string[]): readonly string[] {
  const grouped = new Map<Group | string, string[]>();
  for (const id of ids) {
    const key = GROUPS.find(({ types }) => types.test(resources[id]!.Type)) ?? id;
    const others = grouped.get(key);
    if (others === undefined) grouped.set(key, [id]);
    else others.push(id);
  }
  return [...grouped].map(([key, [id = '', ...more]]) => {
    const first = `passed over: ${resources[id]!.Type} ${id}`;
    if (typeof key === 'string') return `${first}: nothing of the pipeline needs it`;
    return `${first}${more.length === 0 ? '' : ` and ${more.length} more of ${key.name}`}: ${key.why}`;
  });
}
