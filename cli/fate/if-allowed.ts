import { isAccessDenied } from '../pipeline/aws-error.ts';

/** The answer, or undefined where whoever asks may not: an uploader sees rows, and neither letters nor logs. */
export async function ifAllowed<Answer>(question: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await question;
  } catch (error) {
    if (isAccessDenied(error)) return undefined;
    throw error;
  }
}
