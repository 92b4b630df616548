import type { lsDocument } from '../../../objects/ls-document.ts';
import type { DocumentOf } from '../../../terminal/document.ts';
import { useAsked } from '../asked.ts';
import { outcomeAt } from '../objects/outcome-groups.ts';
import { OutcomeChip } from '../parts/chip.tsx';
import { Bytes, Time } from '../parts/shown.tsx';
import { Said, Trouble } from '../parts/trouble.tsx';
import { session } from '../session.ts';
import { listArgs } from './object-question.ts';

/** What rows and letters tell of the object, before anything more is asked. */
export function KnownOutcomes({ objectKey }: { readonly objectKey: string }) {
  const { bucket, consumers } = session.value!;
  const { document, trouble, again } = useAsked<DocumentOf<typeof lsDocument>>(listArgs(objectKey, bucket));
  if (trouble !== undefined && document === undefined) return <Trouble of={trouble} again={again} />;
  if (document === undefined) return <p class="quiet waiting">Looking into the bucket …</p>;
  const object = document.objects.find(({ key }) => key === objectKey);
  if (object === undefined) {
    return <Said tone="warn">The bucket holds no such object now; versions of it there may be.</Said>;
  }
  return (
    <dl class="card object-facts">
      <div>
        <dt>Size</dt>
        <dd>
          <Bytes count={object.size} />
        </dd>
      </div>
      <div>
        <dt>Stored</dt>
        <dd>
          <Time at={object.lastModified} />
        </dd>
      </div>
      {consumers.map((consumer) => (
        <div key={consumer}>
          <dt>{consumer}</dt>
          <dd>
            <OutcomeChip outcome={outcomeAt(object, consumer)} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
