import { useEffect, useRef } from 'preact/hooks';
import './frame.css';
import { PAGES } from './pages.ts';
import { Empty, Trouble } from './parts/trouble.tsx';
import { Link } from './parts/link.tsx';
import { path } from './route.ts';
import { session, token } from './session.ts';
import { Shortcuts } from './shortcuts.tsx';
import { refreshSession, sessionTrouble } from './start-session.ts';
import { TokenForm } from './token-form.tsx';
import { Top } from './top.tsx';

export function App() {
  if (token.value === undefined) return <TokenForm />;
  if (session.value === undefined) {
    return (
      <>
        <header class="top">
          <span class="brand">Sluice</span>
        </header>
        {sessionTrouble.value === undefined ? null : (
          <main>
            <Trouble of={sessionTrouble.value} again={() => void refreshSession()} />
          </main>
        )}
      </>
    );
  }
  const here = path.value === '/' ? PAGES[0] : PAGES.find((page) => page.path === path.value);
  return (
    <div class="frame">
      <a class="skip" href="#main">
        To the content
      </a>
      <Top />
      <nav class="pages" aria-label="Pages">
        <ul>
          {PAGES.filter(({ isHidden }) => isHidden !== true).map((page) => (
            <li key={page.path}>
              <Link to={page.path} isCurrent={page === here}>
                {page.title}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <Main title={here?.title}>
        {here === undefined ? (
          <Empty title="There is no such page">
            <Link to="/">To the first page</Link>
          </Empty>
        ) : (
          <here.component />
        )}
      </Main>
      <Shortcuts />
    </div>
  );
}

/** After a change of page the focus is at its beginning, as after a page that was loaded. */
function Main({
  title,
  children,
}: {
  readonly title: string | undefined;
  readonly children: preact.ComponentChildren;
}) {
  const element = useRef<HTMLElement>(null);
  const isFirst = useRef(true);
  useEffect(() => {
    document.title = title === undefined ? 'Sluice' : `${title} · Sluice`;
    if (isFirst.current) isFirst.current = false;
    else element.current?.focus();
  }, [title]);
  return (
    <main id="main" ref={element} tabIndex={-1}>
      {children}
    </main>
  );
}
