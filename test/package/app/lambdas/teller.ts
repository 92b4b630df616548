/** A handler that knows nothing of Sluice: the messages of a queue, as Lambda gives them. */
export const handler = async (event: {
  readonly Records: readonly { readonly body: string }[];
}): Promise<{ batchItemFailures: [] }> => {
  for (const { body } of event.Records) {
    const { detail } = JSON.parse(body) as { readonly detail: { readonly object: { readonly key: string } } };
    console.log(JSON.stringify({ level: 'INFO', message: 'told', key: detail.object.key }));
  }
  return { batchItemFailures: [] };
};
