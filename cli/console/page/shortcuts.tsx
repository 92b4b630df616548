import { useEffect, useState } from 'preact/hooks';
import { Button } from './parts/button.tsx';
import { Dialog } from './parts/dialog.tsx';
import { PAGES } from './pages.ts';
import { go } from './route.ts';

/** After `g` the next key within this time names the page. */
const SECOND_KEY_MS = 1_500;

/** Keys for who does not reach for the mouse: `g` and a letter, `/` for the search, `?` for this list. */
export function Shortcuts() {
  const [isShown, setShown] = useState(false);
  useEffect(() => {
    let goesUntil = 0;
    const listen = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (performance.now() < goesUntil) {
        goesUntil = 0;
        const page = PAGES.find(({ letter }) => letter === event.key);
        if (page === undefined) return;
        event.preventDefault();
        go(page.path);
      } else if (event.key === 'g') {
        goesUntil = performance.now() + SECOND_KEY_MS;
      } else if (event.key === '/') {
        const search = document.querySelector<HTMLInputElement>('input[type=search]');
        if (search === null) return;
        event.preventDefault();
        search.focus();
      } else if (event.key === '?') {
        setShown(true);
      }
    };
    addEventListener('keydown', listen);
    return () => removeEventListener('keydown', listen);
  }, []);
  if (!isShown) return null;
  return (
    <Dialog
      title="Keys"
      onClose={() => setShown(false)}
      foot={
        <Button kind="main" onClick={() => setShown(false)}>
          Close
        </Button>
      }
    >
      <ul>
        {PAGES.filter(({ isHidden }) => isHidden !== true).map(({ letter, title }) => (
          <li key={letter}>
            <kbd>g</kbd> <kbd>{letter}</kbd> {title}
          </li>
        ))}
        <li>
          <kbd>/</kbd> search on this page
        </li>
      </ul>
    </Dialog>
  );
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    ['INPUT', 'SELECT', 'TEXTAREA'].includes(target.tagName) ||
    target.closest('dialog') !== null);
