import { App } from 'aws-cdk-lib';
import { csvRowCounter } from '../../infra/consumers/csv-row-counter.ts';
import { stageFromContext } from '../../infra/stage.ts';

/** What the row counter is deployed with: its memory and its timeout are the same in each stage. */
export const DEPLOYED_COUNTER = csvRowCounter(stageFromContext(new App().node));
