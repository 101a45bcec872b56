/** The parts of a page for people. */
export interface Page {
  /** The kind of thing that the page is about. */
  readonly about: string;
  readonly title: string;
  /** HTML. */
  readonly content: string;
}

/** A page as HTML. `prefix` stands before every path of the server: the path in PUBLIC_URL. */
export function htmlOf({ about, title, content }: Page, prefix: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)} – Clientele</title>
<link rel="icon" href="${prefix}/favicon.ico">
<style>
  :root { color-scheme: light dark; }
  body { font: 1.1rem/1.6 system-ui, sans-serif; max-width: 40rem; margin: 15vh auto 0; padding: 0 1.5rem; }
  body:has(table) { max-width: 64rem; margin-top: 8vh; }
  body:has(ul) { margin-top: 8vh; }
  p:first-child { text-transform: uppercase; letter-spacing: .08em; font-size: .8rem; opacity: .6; margin: 0; }
  h1 { font-size: 1.9rem; line-height: 1.25; margin: .25rem 0 1rem; }
  h2 { font-size: 1.3rem; margin: 3rem 0 .5rem; }
  ul { padding-left: 1.2rem; }
  li { margin: .4rem 0; overflow-wrap: anywhere; }
  table { width: 100%; border-collapse: collapse; font-size: .95rem; line-height: 1.45; }
  th, td { text-align: left; vertical-align: top; padding: .35rem 1rem .35rem 0; border-bottom: 1px solid #8884; }
  th { font-weight: 600; font-size: .8rem; opacity: .7; }
  td:first-child { width: 55%; }
  td code { overflow-wrap: anywhere; }
  mark { font-size: .75em; padding: 0 .3em; border-radius: .25em; background: #c60; color: #fff; white-space: nowrap; }
  footer { margin: 3rem 0; font-size: .9rem; opacity: .7; }
</style>
</head>
<body>
<p>${escaped(about)}</p>
<h1>${escaped(title)}</h1>
${content}
<footer>
<a href="${prefix}/doc">Clientele</a> · <a href="${prefix}/docs">API documentation</a> · <a href="${prefix}/doc/redirect-uris">Which redirect URIs are accepted</a>
</footer>
</body>
</html>
`;
}

/** What browsers show beside the title. */
export const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">
<rect width="16" height="16" rx="3" fill="#c60"/>
<path d="M11.2 5.6A4 4 0 1 0 11.2 10.4" fill="none" stroke="#fff" stroke-width="2"/>
</svg>
`;

export function paragraph(text: string): string {
  return `<p>${escaped(text)}</p>`;
}

/** A list whose items are HTML already. */
export function list(items: readonly string[]): string {
  return `<ul>\n${items.map((item) => `<li>${item}</li>`).join('\n')}\n</ul>`;
}

export function link(href: string, text: string): string {
  return `<a href="${escaped(href)}">${escaped(text)}</a>`;
}

export function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
