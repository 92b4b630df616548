import './page.css';
import { render } from 'preact';
import { App } from './app.tsx';
import { startFlow } from './flow-feed.ts';
import { findToken } from './session.ts';
import { startSession } from './start-session.ts';

await findToken();
startSession();
startFlow();
render(<App />, document.querySelector('#page')!);
