/** The path of a request's URL, as it was sent. */
export function pathOf(url: string): string {
  const end = url.search(/[?#;]/);
  return end < 0 ? url : url.slice(0, end);
}

/** A URL without the access token that some callers put into the query string: fit for logs and links. */
export function withoutToken(url: string): string {
  return url
    .replace(/([?&])_token=[^&#]*(&)?/gi, (_, before: string, after?: string) => (after ? before : ''))
    .replace(/[?&]$/, '');
}
