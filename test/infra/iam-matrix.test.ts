import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { resourcesOfType, synthesize, type PipelineTemplate } from './support/pipeline-template.ts';

/** Role → every pair of an action and a resource that it is allowed, as `action on resource`. */
type Matrix = Record<string, string[]>;

const golden = JSON.parse(readFileSync(join(import.meta.dirname, 'iam-matrix.json'), 'utf8')) as Matrix;

function matrixOf(template: PipelineTemplate): Matrix {
  const roles = resourcesOfType(template, 'AWS::IAM::Role').map(([id, { Properties }]) => {
    const pairs = Properties['Policies'].flatMap((policy: Policy) =>
      policy.PolicyDocument.Statement.flatMap(({ Effect, Action, Resource }) => {
        expect(Effect).toBe('Allow');
        return [Action]
          .flat()
          .flatMap((action) => [Resource].flat().map((on) => `${action} on ${written(on)}`));
      }),
    );
    return [withoutHash(id), pairs.toSorted()];
  });
  return Object.fromEntries(roles);
}

interface Policy {
  readonly PolicyDocument: {
    readonly Statement: readonly { Effect: string; Action: string | string[]; Resource: unknown }[];
  };
}

/** A resource's ARN in a reader's words: `IngestBucket/csv/*` for the join of the bucket's ARN and `/csv/*`. */
function written(resource: unknown): string {
  if (typeof resource === 'string') return resource;
  const { 'Fn::GetAtt': attribute, 'Fn::Join': join } = resource as {
    'Fn::GetAtt'?: [string, string];
    'Fn::Join'?: [string, unknown[]];
  };
  if (attribute?.[1] === 'Arn') return withoutHash(attribute[0]);
  if (join !== undefined) return join[1].map(written).join(join[0]);
  throw new Error(`cannot write the resource ${JSON.stringify(resource)}`);
}

const withoutHash = (logicalId: string) => logicalId.replace(/[0-9A-F]{8}$/, '');

function changes(from: Matrix, to: Matrix): string[] {
  const pairs = (matrix: Matrix) =>
    Object.entries(matrix).flatMap(([role, held]) => held.map((pair) => `${role}: ${pair}`));
  const before = new Set(pairs(from));
  const after = new Set(pairs(to));
  return [
    ...[...after.difference(before)].map((pair) => `gained by ${pair}`),
    ...[...before.difference(after)].map((pair) => `lost by ${pair}`),
  ];
}

describe('the roles', () => {
  test.each(['dev', 'prod'])('may do in %s exactly what iam-matrix.json says', (stage) => {
    expect(changes(golden, matrixOf(synthesize({ stage })))).toEqual([]);
  });

  test('hold no managed policy', () => {
    const managed = resourcesOfType(synthesize(), 'AWS::IAM::Role').flatMap(
      ([, { Properties }]) => Properties['ManagedPolicyArns'] ?? [],
    );

    expect(managed).toEqual([]);
  });

  test('cannot delete an object, and cannot change the ingest bucket', () => {
    const pairs = Object.values(golden).flat();

    expect(pairs.filter((pair) => /^s3:Delete|^s3:Put.* on (IngestBucket|\*)/.test(pair))).toEqual([]);
  });

  test('name a resource for every action but those of X-Ray', () => {
    const anywhere = Object.values(golden)
      .flat()
      .filter((pair) => pair.endsWith(' on *'));

    expect(anywhere.filter((pair) => !pair.startsWith('xray:'))).toEqual([]);
  });
});
