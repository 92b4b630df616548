import type { Asked } from '../pipeline/asked.ts';
import { failed, type Check } from './check.ts';

/** The check of what was answered; a failed one, in words, where nothing was. */
export function judged<Answer>(
  name: string,
  one: Asked<Answer>,
  whenMissing: string,
  judge: (answer: Answer) => Check,
): Check {
  if ('answer' in one) return judge(one.answer);
  const { problem, isMissing } = one;
  if (isMissing) {
    return failed(
      name,
      whenMissing,
      'it comes from the template: deploy the stack again; locally, start again',
    );
  }
  return { ...failed(name, `cannot be asked: ${problem.message}`, problem.nextStep), isUnknown: true };
}
