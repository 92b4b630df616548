import { drawn } from '../drawn.ts';
import { call, ServerError } from '../server.ts';
import { session } from '../session.ts';
import { LiveObjects } from './live-objects.ts';
import { listArgs, type ObjectsDocument, type ObjectsQuestion } from './objects-question.ts';

let kept: { readonly about: string; readonly objects: LiveObjects<ObjectsDocument> } | undefined;

/** The list of this question. It is kept, so that who comes back from an object finds it where it was left. */
export function keptList(question: ObjectsQuestion): LiveObjects<ObjectsDocument> {
  const about = JSON.stringify([session.value?.deployment, question]);
  if (kept?.about !== about) {
    kept?.objects.stop();
    kept = { about, objects: listOf(question) };
  }
  return kept.objects;
}

const listOf = (question: ObjectsQuestion) =>
  new LiveObjects<ObjectsDocument>(
    question.order,
    async (stretch, signal) => {
      const bucket = session.value?.bucket ?? '';
      const { document, trouble } = await call<ObjectsDocument>(listArgs(question, bucket, stretch), {
        signal,
      });
      if (document?.isComplete === true) return document;
      throw new ServerError(trouble ?? { message: 'the list broke off', nextStep: 'ask again' });
    },
    drawn,
  );
