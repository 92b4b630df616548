import { fetchText } from './program.ts';

/** Posts a file as a page does with a form that somebody has signed. */
export async function postForm(
  { url, fields }: { readonly url: string; readonly fields: Readonly<Record<string, string>> },
  content: string,
): Promise<void> {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  body.append('file', new File([content], 'page.csv'));
  await fetchText(url, { method: 'POST', body });
}
