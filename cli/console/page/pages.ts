import type { ComponentType } from 'preact';
import { ObjectsPage } from './objects/objects-page.tsx';
import { ObjectPage } from './object/object-page.tsx';
import { ArchivePage } from './archive/archive-page.tsx';
import { ChartsPage } from './charts/charts-page.tsx';
import { FlowPage } from './flow/flow-page.tsx';
import { LabPage } from './lab/lab-page.tsx';
import { LettersPage } from './letters/letters-page.tsx';
import { VerifyPage } from './verify/verify-page.tsx';

/** A page of the console. */
export interface PageEntry {
  /** `/objects` */
  readonly path: string;
  readonly title: string;
  /** The letter that leads to it, after `g`. */
  readonly letter: string;
  readonly component: ComponentType;
  /** Reached from other pages alone. */
  readonly isHidden?: boolean;
}

/** In the order of the menu; the first one is where the console begins. */
export const PAGES: readonly PageEntry[] = [
  { path: '/flow', title: 'Flow', letter: 'f', component: FlowPage },
  { path: '/objects', title: 'Objects', letter: 'o', component: ObjectsPage },
  { path: '/object', title: 'Object', letter: '', component: ObjectPage, isHidden: true },
  { path: '/letters', title: 'Dead letters', letter: 'd', component: LettersPage },
  { path: '/archive', title: 'Archive and replay', letter: 'a', component: ArchivePage },
  { path: '/charts', title: 'Charts', letter: 'c', component: ChartsPage },
  { path: '/lab', title: 'Pattern lab', letter: 'p', component: LabPage },
  { path: '/verify', title: 'Verify', letter: 'v', component: VerifyPage },
];
