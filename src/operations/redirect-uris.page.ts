import { escaped, type Page } from './page.js';
import type { JudgedUri } from './redirect-uri.corpus.js';

const GROUPS: readonly { readonly title: string; readonly has: (entry: JudgedUri) => boolean }[] = [
  { title: 'Accepted by both APIs', has: ({ v1, accounts }) => v1 === 'accepted' && accounts === 'accepted' },
  {
    title: 'Accepted by the accounts API only',
    has: ({ v1, accounts }) => v1 === 'refused' && accounts === 'accepted',
  },
  { title: 'Accepted by the v1 API only', has: ({ v1, accounts }) => v1 === 'accepted' && accounts === 'refused' },
  { title: 'Refused by both APIs', has: ({ v1, accounts }) => v1 === 'refused' && accounts === 'refused' },
];

/** Of a longer URI the page shows only the beginning. */
const SHOWN_CHARACTERS = 100;

/** The corpus as a page for people, grouped by verdict. */
export function redirectUrisPage(corpus: readonly JudgedUri[]): Page {
  const groups = GROUPS.map(({ title, has }) => ({ title, entries: corpus.filter(has) }));
  const tables = groups.filter(({ entries }) => entries.length > 0).map(({ title, entries }) => table(title, entries));
  return {
    about: 'Redirect URIs',
    title: 'Which redirect URIs are accepted',
    content: `${INTRODUCTION}\n${tables.join('\n')}`,
  };
}

const INTRODUCTION = `<p>A redirect URI is an <code>https</code> URI, or an <code>http</code> URI on <code>localhost</code>,
<code>127.0.0.1</code> or <code>[::1]</code> with any port; of at most 2048 printable ASCII characters; without user
information and without a fragment; in the one canonical form that the WHATWG URL standard gives it. The v1 API allows
no query; the accounts API allows one, and private-use schemes with a dot in them (RFC 8252 §7.1), but not
<code>host:port</code>, where a scheme was forgotten. URIs are stored and compared byte for byte (RFC 9700 §2.1). The same holds for the URIs after signing out.</p>
<p>Every example below is tested against both APIs under their default settings. As JSON: this address with
<code>Accept: application/json</code>. Characters that are not printable ASCII are shown by their code point, as
<mark>U+0020</mark> for a space.</p>`;

function table(title: string, entries: readonly JudgedUri[]): string {
  const rows = entries.map(
    ({ uri, reason }) => `<tr><td><code>${shown(uri)}</code></td><td>${escaped(reason)}</td></tr>`,
  );
  return `<h2>${escaped(title)}</h2>
<table>
<thead><tr><th scope="col">Redirect URI</th><th scope="col">Why, or why not (${entries.length})</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>`;
}

/** A URI that is safe to show: no invisible characters, none that turn the direction of writing, and not too long. */
function shown(uri: string): string {
  if (uri === '') return '<mark>empty</mark>';
  const rest = uri.length > SHOWN_CHARACTERS ? `… <mark>${uri.length} characters</mark>` : '';
  return [...uri.slice(0, SHOWN_CHARACTERS)].map(shownCharacter).join('') + rest;
}

function shownCharacter(character: string): string {
  if (/^[\x21-\x7e]$/.test(character)) return escaped(character);
  const codePoint = character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
  return `<mark>U+${codePoint}</mark>`;
}
