import path from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import type { Dialect } from '../http/index.js';
import { frontPage } from './lists.pages.js';
import { escaped, htmlOf } from './page.js';

const FOLDERS = [
  fileURLToPath(new URL('./docs-page', import.meta.url)),
  path.dirname(fileURLToPath(import.meta.resolve('swagger-ui-dist/swagger-ui.css'))),
];
const FILES = ['page.js', 'page.css', 'swagger-ui.css', 'swagger-ui-bundle.js'];

/**
 * Serves Swagger UI: a page for each API at /docs/<name>, and the front page at /docs, which leads to them. All references
 * in a page are relative, so that it works under any host name and prefix of a proxy (decision 55).
 */
export function serveDocsPages(fastify: FastifyInstance, dialects: readonly Dialect[], publicUrl: string): void {
  fastify.register(fastifyStatic, {
    root: FOLDERS,
    prefix: '/docs/',
    index: false,
    decorateReply: false,
    allowedPath: (file) => FILES.includes(file.slice('/'.length)),
  });
  servePage(fastify, '/docs', (root) => htmlOf(frontPage(dialects, publicUrl, root), root));
  for (const dialect of dialects) {
    servePage(fastify, `/docs/${dialect.name}`, (root) => swaggerPage(dialect, dialects, root));
  }
}

/** Serves a page with and without a final slash. With the slash, relative references start one folder deeper. */
function servePage(fastify: FastifyInstance, url: string, pageFrom: (root: string) => string): void {
  for (const each of [url, `${url}/`]) {
    const html = pageFrom(
      [
        '.',
        ...each
          .split('/')
          .slice(2)
          .map(() => '..'),
      ].join('/'),
    );
    fastify.get(each, (_request, reply) => reply.type('text/html; charset=utf-8').send(html));
  }
}

function swaggerPage({ name, title }: Dialect, dialects: readonly Dialect[], root: string): string {
  const others = dialects.map((each) => {
    const current = each.name === name ? ' aria-current="page"' : '';
    return `<a href="${root}/docs/${each.name}"${current}>${each.name}</a>`;
  });
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<link rel="icon" href="${root}/favicon.ico">
<link rel="stylesheet" href="${root}/docs/swagger-ui.css">
<link rel="stylesheet" href="${root}/docs/page.css">
</head>
<body>
<nav>
<a href="${root}/docs">Clientele</a>
${others.join('\n')}
<span class="document">${documentLinks(name, root)}</span>
</nav>
<div id="swagger-ui" data-document="${root}/openapi/${name}.json"></div>
<script src="${root}/docs/swagger-ui-bundle.js"></script>
<script src="${root}/docs/page.js"></script>
</body>
</html>
`;
}

function documentLinks(name: string, root: string): string {
  return ['json', 'yaml']
    .map((form) => `<a href="${root}/openapi/${name}.${form}">${form.toUpperCase()}</a>`)
    .join(' ');
}
