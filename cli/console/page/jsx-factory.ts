/** What JSX becomes in the bundle: shorter, compressed too, than calls of a JSX runtime. */
export { Fragment, h } from 'preact';
