import type { Dialect, ErrorPage } from '../http/index.js';
import { escaped, link, list, type Page, paragraph } from './page.js';

/** Lists the APIs and the documents. A browser also gets this page at the entry point. */
export function frontPage(dialects: readonly Dialect[], publicUrl: string, prefix: string): Page {
  const apis = dialects.map((dialect) => {
    const documents = ['json', 'yaml'].map((type) =>
      link(`${prefix}/openapi/${dialect.name}.${type}`, type.toUpperCase()),
    );
    const address = `<code>${escaped(publicUrl + dialect.basePath)}</code>`;
    return `${link(`${prefix}/docs/${dialect.name}`, nameOf(dialect))}, at ${address} (OpenAPI: ${documents.join(', ')}): ${escaped(firstSentence(dialect.description))}`;
  });
  const documents = [
    `${link(`${prefix}/docs`, 'API documentation')}: every call of every API, to be tried out with a key`,
    `${link(`${prefix}/doc/redirect-uris`, 'Redirect URIs')}: which are accepted, and why the others are not`,
    `${link(`${prefix}/doc/errors`, 'Problems')}: what each answer that says no means`,
    `${link(`${prefix}/doc/rel/`, 'Link relations')}: what the links of the accounts API lead to`,
  ];
  const content = [
    paragraph('The record of every application that signs users in. All APIs show the same record.'),
    `<h2>APIs</h2>\n${list(apis)}`,
    `<h2>Documents</h2>\n${list(documents)}`,
    `<p>Programs that follow links begin at <code>${escaped(`${publicUrl}/`)}</code> with <code>Accept: application/hal+json</code>.</p>`,
  ];
  return { about: 'Clientele', title: 'A client registry for OAuth', content: content.join('\n') };
}

/** Lists every problem that an answer can point to. */
export function problemsPage(dialects: readonly Dialect[], prefix: string): Page {
  const owners = new Map<readonly ErrorPage[], Dialect[]>();
  for (const dialect of dialects) owners.set(dialect.errorPages, [...(owners.get(dialect.errorPages) ?? []), dialect]);
  const sections = [...owners].map(([pages, of]) => {
    const links = pages.map(({ slug, title }) => link(`${prefix}/doc/errors/${slug}`, title));
    return `<h2>${escaped(of.map(nameOf).join(', '))}</h2>\n${list(links)}`;
  });
  return { about: 'Problems', title: 'What can go wrong', content: sections.join('\n') };
}

/** Lists every relation that a link can have. */
export function relationsPage(relations: readonly (readonly [name: string, text: string])[], prefix: string): Page {
  const links = relations.map(([name, text]) => `${link(`${prefix}/doc/rel/${name}`, name)}: ${escaped(text)}`);
  return { about: 'Link relations', title: 'Relations', content: list(links) };
}

function nameOf({ title }: Dialect): string {
  return title.replace(/^Clientele: /, '');
}

function firstSentence(text: string): string {
  return /^.*?\.(?=\s|$)/s.exec(text)?.[0] ?? text;
}
