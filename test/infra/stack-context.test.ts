import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { stackPropsFromContext } from '../../infra/stack-context.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const appOf = (context: Record<string, unknown>) => new App({ context, outdir: temporaryFolder() });
const propsOf = (context: Record<string, unknown>, name = 'staging') =>
  stackPropsFromContext(appOf(context).node, { name });

describe('the stack of the context', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  test('is named after its stage, and the same in every account, where the context says nothing', () => {
    vi.stubEnv('CDK_DEFAULT_ACCOUNT', '444455556666');
    vi.stubEnv('CDK_DEFAULT_REGION', 'eu-north-1');

    expect(propsOf({})).toEqual({ stackName: 'Sluice-staging' });
  });

  test.each<[context: Record<string, unknown>, env: object]>([
    [{ account: '111122223333' }, { account: '111122223333', region: 'eu-north-1' }],
    [{ account: 111122223333 }, { account: '111122223333', region: 'eu-north-1' }],
    [{ region: 'us-gov-west-1' }, { account: '444455556666', region: 'us-gov-west-1' }],
    [
      { account: '111122223333', region: 'eu-west-1' },
      { account: '111122223333', region: 'eu-west-1' },
    ],
  ])('of %j is bound to %j, the rest being what the CLI is logged in to', (context, env) => {
    vi.stubEnv('CDK_DEFAULT_ACCOUNT', '444455556666');
    vi.stubEnv('CDK_DEFAULT_REGION', 'eu-north-1');

    expect(propsOf(context)).toEqual({ stackName: 'Sluice-staging', env });
  });

  test.each<[tags: unknown, as: Record<string, string>]>([
    ['team=data', { team: 'data' }],
    [' team=data , cost-centre = 42 ', { team: 'data', 'cost-centre': '42' }],
    ['formula=a=b', { formula: 'a=b' }],
    ['empty=', { empty: '' }],
    [{ team: 'data' }, { team: 'data' }],
  ])('has of %j the tags %j', (tags, as) => {
    expect(propsOf({ tags })).toEqual({ stackName: 'Sluice-staging', tags: as });
  });

  test.each([
    ['developers', 'policy/developers'],
    ['teams/developers', 'policy/teams/developers'],
    ['arn:aws:iam::111122223333:policy/developers', 'arn:aws:iam::111122223333:policy/developers'],
  ])('bounds its roles by %s', (permissionsBoundary, arn) => {
    const stack = new Stack(appOf({}), 'Stack', propsOf({ permissionsBoundary }));
    new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });

    const [role] = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Role'));

    expect(JSON.stringify(role?.['Properties'].PermissionsBoundary)).toContain(arn);
  });

  test.each<[context: Record<string, unknown>, why: string]>([
    [{ stackName: '2nd' }, 'it must begin with a letter'],
    [{ stackName: 'a b' }, 'it must begin with a letter'],
    [{ stackName: '' }, 'it must begin with a letter'],
    [{ stackName: 'a'.repeat(129) }, 'it must begin with a letter'],
    [{ account: '1111-2222-3333' }, 'it must be the twelve digits of an account'],
    [{ account: true }, 'it must be the twelve digits of an account'],
    [{ region: 'eu-west' }, 'it must be a Region, such as eu-west-1'],
    [{ tags: '' }, '"": a tag has a value, which may be empty: write name=value'],
    [{ tags: 'team' }, '"team": a tag has a value'],
    [{ tags: 'team=data,' }, '"": a tag has a value'],
    [{ tags: '=data' }, '"": its name must have 1 to 128 characters'],
    [{ tags: 'aws:team=data' }, '"aws:team": names that begin with aws: are AWS’s own'],
    [{ tags: 'team=a,team=b' }, '"team": it is there twice'],
    [{ tags: 'team=a*b' }, '"team": letters, digits, spaces'],
    [{ tags: `team=${'x'.repeat(257)}` }, '"team": its value must have no more than 256 characters'],
    [{ tags: { team: 1 } }, '"team": a tag has a value'],
    [{ tags: {} }, 'it must be names and values, such as team=data'],
    [{ tags: ['team=data'] }, 'it must be names and values, such as team=data'],
    [{ tags: Array.from({ length: 51 }, (_, n) => `t${n}=x`).join(',') }, 'it has 51 tags'],
    [{ permissionsBoundary: 'a b' }, 'it must be the name or the ARN of a policy, such as developers'],
    [
      { permissionsBoundary: 'arn:aws:iam::111122223333:role/developers' },
      'it must be the name or the ARN of a policy',
    ],
  ])('cannot be of %j', (context, why) => {
    const [[name, value] = []] = Object.entries(context);

    expect(() => propsOf(context)).toThrow(`context ${name} is ${JSON.stringify(value)}: ${why}`);
  });
});
