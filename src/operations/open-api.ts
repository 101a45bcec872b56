import type { Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { FastifyInstance } from 'fastify';
import { stringify } from 'yaml';
import { type Dialect, finishDocument } from '../http/index.js';
import { serveDocsPages } from './docs-pages.js';

/** Relative to the document's address, /openapi/<name>.json, so that any prefix of a proxy works (decision 55). */
const HERE = '..';
const API_KEY =
  'An API key (`clk_…`). The first start of the server prints the operator’s, once; `POST /admin/credentials` makes others, and if the operator’s is lost, `npx --no-install clientele operator reset` makes a new one.';
const ACCESS_TOKEN =
  'An access token (a JWT): `POST /admin/credentials` answers one beside the API key. A token of a trusted issuer is let in, too. Tokens are checked as RFC8725 has it: only signatures with the public keys and algorithms of their issuer count.';

/** The OpenAPI 3.1 document of one API. */
function openApiOf(dialect: Dialect, app: NestFastifyApplication, publicUrl: string): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle(dialect.title)
    .setDescription(dialect.description)
    .setVersion('1')
    .addServer(HERE, 'This server, by the name under which this document was fetched.')
    .addServer(publicUrl, 'This server, by its public name.')
    .addApiKey({ type: 'apiKey', in: 'header', name: 'x-api-key', description: API_KEY }, 'apiKey')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: ACCESS_TOKEN }, 'accessToken')
    .addSecurityRequirements('apiKey')
    .addSecurityRequirements('accessToken');
  for (const { name, description } of dialect.tags) config.addTag(name, description);
  const generated = SwaggerModule.createDocument(app, config.build(), { include: [dialect.module as Type] });
  // Nest cannot set an identifier. A URL in its place would be a link without use.
  Object.assign(generated.info, { license: { name: 'Proprietary', identifier: 'LicenseRef-Proprietary' } });
  return finishDocument(generated, dialect, publicUrl);
}

/** Serves the documents of all APIs, as JSON and as YAML, and the pages of Swagger UI. */
export function serveDocs(app: NestFastifyApplication, dialects: readonly Dialect[], publicUrl: string): void {
  const fastify: FastifyInstance = app.getHttpAdapter().getInstance();
  for (const dialect of dialects) {
    let document: OpenAPIObject | undefined;
    // Made once, at the first request and not at start.
    const serve = (form: string, type: string, write: (document: OpenAPIObject) => string) => {
      let text: string | undefined;
      fastify.get(`/openapi/${dialect.name}.${form}`, (_, reply) => {
        document ??= openApiOf(dialect, app, publicUrl);
        text ??= write(document);
        return reply.type(`${type}; charset=utf-8`).send(text);
      });
    };
    serve('json', 'application/json', (made) => JSON.stringify(made));
    serve('yaml', 'text/yaml', (made) => stringify(made, { aliasDuplicateObjects: false }));
  }
  serveDocsPages(fastify, dialects, publicUrl);
}
