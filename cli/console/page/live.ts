import { computed, signal } from '@preact/signals';
import { session } from './session.ts';

/** A tab that nobody sees asks nothing. */
const isVisible = signal(!document.hidden);
document.addEventListener('visibilitychange', () => {
  isVisible.value = !document.hidden;
});

/** In AWS looking costs money: nothing is looked at again and again before somebody has said so. */
export const isWatched = signal(false);

export const isLocal = computed(() => session.value?.deployment.kind === 'local');

/** Whether what is shown is looked at again by itself. */
export const isLive = computed(() => isVisible.value && (isLocal.value || isWatched.value));

/** Rises when something was changed here: whatever is shown is asked again. */
export const changes = signal(0);

export function noteChange(): void {
  changes.value += 1;
}

/** The time, a few times a minute: for ages. */
export const now = signal(Date.now());
setInterval(() => {
  if (isVisible.value) now.value = Date.now();
}, 5_000);

/** Whether the page is too narrow for tables with many columns. */
const narrow = matchMedia('(max-width: 640px)');
export const isNarrow = signal(narrow.matches);
narrow.addEventListener('change', ({ matches }) => {
  isNarrow.value = matches;
});
