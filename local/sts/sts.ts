import type { Service } from '../gateway.ts';
import { queryService } from '../protocols/query-service.ts';
import { element } from '../protocols/xml.ts';

/** STS, as far as `aws sts get-caller-identity` asks it: who signs this request? */
export function stsService(accountId: string): Service {
  return queryService({
    name: 'STS',
    namespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
    operations: {
      GetCallerIdentity: (_, { principal, signature }) => {
        const [arn, userId] =
          principal.kind === 'role'
            ? [
                `arn:aws:sts::${accountId}:assumed-role/${principal.roleName}/${principal.functionName}`,
                `${signature?.accessKeyId}:${principal.functionName}`,
              ]
            : [`arn:aws:iam::${accountId}:user/local`, signature?.accessKeyId];
        return element('Arn', arn) + element('UserId', userId) + element('Account', accountId);
      },
    },
  });
}
