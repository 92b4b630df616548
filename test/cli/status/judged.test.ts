import { describe, expect, test } from 'vitest';
import { CliError } from '../../../cli/cli-error.ts';
import { ok, warning } from '../../../cli/status/check.ts';
import { judged } from '../../../cli/status/judged.ts';

const judge = (answer: string) => (answer === 'ACTIVE' ? ok('table', answer) : warning('table', answer));

const unasked = (problem: CliError) => judged('table', { problem, isMissing: false }, 'gone', judge);

describe('the check of a part', () => {
  test.each([
    ['ACTIVE', { name: 'table', state: 'ok', detail: 'ACTIVE' }],
    ['CREATING', { name: 'table', state: 'warning', detail: 'CREATING' }],
  ])('that answered %s is what is thought of the answer', (answer, check) => {
    expect(judged('table', { answer }, 'rows cannot be written', judge)).toEqual(check);
  });

  test('that is missing says what that means, and where it comes from', () => {
    const missing = { problem: new CliError('no such table', { nextStep: 'look' }), isMissing: true };

    expect(judged('table', missing, 'rows cannot be written', judge)).toEqual({
      name: 'table',
      state: 'failed',
      detail: 'rows cannot be written',
      nextStep: 'it comes from the template: deploy the stack again; locally, start again',
    });
  });

  test('that cannot be asked is a failed one, with a next step where there is one', () => {
    expect(unasked(new CliError('access denied', { nextStep: 'attach it' }))).toEqual({
      name: 'table',
      state: 'failed',
      detail: 'cannot be asked: access denied',
      nextStep: 'attach it',
      isUnknown: true,
    });
    expect(unasked(new CliError('broken'))).not.toHaveProperty('nextStep');
  });
});
