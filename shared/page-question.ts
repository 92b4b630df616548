/** How to ask for a page. */
export interface PageQuestion {
  /** `next` of the page before. */
  readonly after?: string | undefined;
  /** At most 1,000. @default 1,000 */
  readonly limit?: string;
}
