/** A short page for people: what it is about, its title, one paragraph. */
export function page(about: string, title: string, text: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)} – Clientele</title>
<style>
  :root { color-scheme: light dark; }
  body { font: 1.1rem/1.6 system-ui, sans-serif; max-width: 40rem; margin: 15vh auto 0; padding: 0 1.5rem; }
  p:first-child { text-transform: uppercase; letter-spacing: .08em; font-size: .8rem; opacity: .6; margin: 0; }
  h1 { font-size: 1.9rem; line-height: 1.25; margin: .25rem 0 1rem; }
  footer { margin-top: 3rem; font-size: .9rem; opacity: .7; }
</style>
</head>
<body>
<p>${escaped(about)}</p>
<h1>${escaped(title)}</h1>
<p>${escaped(text)}</p>
<footer>Clientele · <a href="/docs">API documentation</a></footer>
</body>
</html>
`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
