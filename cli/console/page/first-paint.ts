// What the document itself shows is painted before the rest of the script runs. A tab that is opened out of sight begins when
// it is seen.
await new Promise((resolve) => {
  requestAnimationFrame(() => setTimeout(resolve));
});

// oxlint-disable-next-line unicorn/require-module-specifiers -- TypeScript lets only a module await
export {};
