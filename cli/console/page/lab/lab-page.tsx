import { useId, useMemo, useRef } from 'preact/hooks';
import { compilePattern } from '../../../../shared/event-pattern/pattern-matcher.ts';
import { PageHead } from '../page-head.tsx';
import { Trouble } from '../parts/trouble.tsx';
import { query } from '../route.ts';
import { ChosenEvent } from './chosen-event.tsx';
import { useDeployedPattern } from './deployed-pattern.ts';
import { jsonText } from './json-text.ts';
import { LabSources } from './lab-sources.tsx';
import { PatternCopies } from './pattern-copies.tsx';
import { PatternEditor } from './pattern-editor.tsx';
import { Mistake, Quota } from './pattern-verdict.tsx';
import { seenValues } from './seen-values.ts';
import { TriedEvents } from './tried-events-view.tsx';
import { tryEvents } from './tried-events.ts';
import { type TriedPattern, tryPattern } from './tried-pattern.ts';
import { usePatternText } from './use-pattern-text.ts';
import { useRecentEvents } from './use-recent-events.ts';
import { withWanted } from './wanted-value.ts';
import './lab.css';

type GoodPattern = Extract<TriedPattern, { readonly kind: 'pattern' }>;

/** Where nobody has begun otherwise. */
const EXAMPLE = `{
  "detail-type": ["Object Created"],
  "detail": {
    "object": { "key": [{ "prefix": "images/" }] }
  }
}`;

const LAST = 50;

/** A pattern is written, and tried on real events as it is typed: with the functions of `sluice explain` and `sluice test-pattern`. */
export function LabPage() {
  const consumer = query.value.get('consumer') ?? undefined;
  const deployed = useDeployedPattern(consumer);
  const { text, settled, change } = usePatternText(consumer === undefined ? EXAMPLE : (deployed.text ?? ''));
  const recent = useRecentEvents(
    query.value.get('from') === 'samples',
    Number(query.value.get('last') ?? LAST),
    query.value.get('key') ?? 'images/cat 1.png',
  );
  const mistakeId = useId();
  const isLoading = consumer !== undefined && deployed.text === undefined && deployed.trouble === undefined;
  const tried = useMemo(() => tryPattern(text), [text]);
  const told = useMemo(() => tryPattern(settled), [settled]);
  const lastGood = useRef<GoodPattern>(undefined);
  if (tried.kind === 'pattern') lastGood.current = tried;
  const good = lastGood.current;
  const before = useMemo(
    () => (deployed.text === undefined ? undefined : compilePattern(compactOf(deployed.text))),
    [deployed.text],
  );
  const { events } = recent;
  const judged = useMemo(
    () => (good && events ? tryEvents(good.matcher, events, before) : undefined),
    [good?.compact, events, before],
  );
  const seen = useMemo(() => seenValues((events ?? []).map((event) => event.text)), [events]);
  const chosen = judged?.find(({ id }) => id === query.value.get('event'));
  return (
    <>
      <PageHead title="Pattern lab">
        Write a pattern, and see which of the last events it matches, and why.
      </PageHead>
      <div class="lab">
        <div class="stack lab-pattern">
          <LabSources deployed={deployed.text} change={change} />
          {deployed.trouble === undefined ? null : <Trouble of={deployed.trouble} />}
          <PatternEditor
            text={text}
            onChange={change}
            seen={seen}
            mistake={tried.kind === 'mistake' ? tried.place : undefined}
            isWrong={!isLoading && tried.kind === 'mistake'}
            describedBy={mistakeId}
          />
          {isLoading ? (
            <p class="quiet">Asking for the pattern of its rule …</p>
          ) : (
            <Mistake id={mistakeId} text={settled} of={told} />
          )}
          <Quota of={tried.kind === 'pattern' ? tried : undefined} />
        </div>
        <div class="stack lab-tried">
          <TriedEvents
            recent={recent}
            tried={judged}
            pattern={good?.compact}
            isOld={tried.kind === 'mistake'}
          />
          {chosen === undefined ? null : (
            <ChosenEvent
              event={chosen}
              pattern={tried.kind === 'pattern' ? tried.json : undefined}
              isReal={recent.from !== 'samples'}
              onWant={(path, matcher) => {
                if (tried.kind !== 'pattern') return;
                change(jsonText(withWanted(tried.json, path.split('.'), matcher)));
              }}
            />
          )}
        </div>
        <div class="lab-copies">
          {good === undefined ? null : <PatternCopies pattern={good.json} consumer={consumer} />}
        </div>
      </div>
    </>
  );
}

const compactOf = (text: string): string => JSON.stringify(JSON.parse(text));
