import './first-paint.ts';
import './page.css';
import { render } from 'preact';
import { App } from './app.tsx';
import { startFlow } from './flow-feed.ts';
import { findToken } from './session.ts';
import { startSession } from './start-session.ts';

// a file that misses the place for it would take the page’s place
for (const kind of ['dragover', 'drop'] as const) {
  addEventListener(kind, (event) => {
    if (event.dataTransfer?.types.includes('Files') === true) event.preventDefault();
  });
}

await findToken();
startSession();
startFlow();
render(<App />, document.querySelector('#page')!);
