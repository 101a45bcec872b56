const JSON_TYPE = /^application\/([\w.-]+\+)?json$/;

/** An answer that no Clientele gives: a login page, say, or what another server has at this path. Its message says from where. */
export class ForeignAnswer extends Error {
  constructor({ url, status, headers }: Response) {
    const { origin, pathname } = new URL(url);
    const type = mediaTypeOf(headers) || 'no content type';
    super(`${origin}${pathname} answers with ${status} and ${type}, which is not what Clientele says`);
    this.name = 'ForeignAnswer';
  }
}

/** Fails with ForeignAnswer unless this is JSON, to its end, or nothing at all. */
export async function requireJson(response: Response): Promise<void> {
  const text = await response.clone().text();
  if (text === '' && mediaTypeOf(response.headers) === '') return;
  if (!isJson(response)) throw new ForeignAnswer(response);
  try {
    JSON.parse(text);
  } catch {
    throw new ForeignAnswer(response);
  }
}

export function isJson({ headers }: Response): boolean {
  return JSON_TYPE.test(mediaTypeOf(headers));
}

/** Without its parameters; empty = there is none. */
export function mediaTypeOf(headers: Headers): string {
  const [type] = (headers.get('content-type') ?? '').split(';');
  return type!.trim().toLowerCase();
}
