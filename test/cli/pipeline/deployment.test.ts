import { expect, test } from 'vitest';
import { deploymentText } from '../../../cli/pipeline/deployment.ts';

const place = { account: '111122223333', region: 'eu-west-1', stack: 'Sluice-prod' };

test.each([
  [{ kind: 'local', endpoint: 'http://127.0.0.1:4566' }, 'local Sluice-prod http://127.0.0.1:4566'],
  [{ kind: 'aws' }, 'aws 111122223333 eu-west-1 Sluice-prod'],
  [
    { kind: 'aws', endpoint: 'http://localhost:5000' },
    'aws 111122223333 eu-west-1 Sluice-prod through http://localhost:5000',
  ],
] as const)('the deployment %j reads %s', (more, text) => {
  expect(deploymentText({ ...place, ...more })).toBe(text);
});
