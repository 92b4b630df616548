import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';

/** The version of a checkout, or of the package. */
export function version(): string {
  // in the package it stands one folder further up
  const file = findPackageJSON('..', import.meta.url) ?? '';
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
