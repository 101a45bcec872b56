/** A short page for people: what it is about, its title, one paragraph. */
export function page(about: string, title: string, text: string): string {
  return pageAround(about, title, `<p>${escaped(text)}</p>`);
}

/** A page around a content of its own, which is HTML already. */
export function pageAround(about: string, title: string, content: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)} – Clientele</title>
<style>
  :root { color-scheme: light dark; }
  body { font: 1.1rem/1.6 system-ui, sans-serif; max-width: 40rem; margin: 15vh auto 0; padding: 0 1.5rem; }
  body:has(table) { max-width: 64rem; margin-top: 8vh; }
  p:first-child { text-transform: uppercase; letter-spacing: .08em; font-size: .8rem; opacity: .6; margin: 0; }
  h1 { font-size: 1.9rem; line-height: 1.25; margin: .25rem 0 1rem; }
  h2 { font-size: 1.3rem; margin: 3rem 0 .5rem; }
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
Clientele · <a href="/docs">API documentation</a> · <a href="/doc/redirect-uris">Which redirect URIs are accepted</a>
</footer>
</body>
</html>
`;
}

export function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
