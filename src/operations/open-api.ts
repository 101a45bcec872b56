import type { Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { type Dialect, finishDocument, prefixOf } from '../http/index.js';

/** The OpenAPI 3.1 document of one API. */
function openApiOf(dialect: Dialect, app: NestFastifyApplication, publicUrl: string): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle(dialect.title)
    .setDescription(dialect.description)
    .setVersion('1')
    .setLicense('Proprietary', `${publicUrl}/docs`)
    .addServer(publicUrl)
    .addApiKey({ type: 'apiKey', in: 'header', name: 'x-api-key', description: 'An API key (clk_…).' }, 'apiKey')
    .addBearerAuth(
      { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'An access token.' },
      'accessToken',
    )
    .addSecurityRequirements('apiKey')
    .addSecurityRequirements('accessToken')
    .build();
  const generated = SwaggerModule.createDocument(app, config, { include: [dialect.module as Type] });
  return finishDocument(generated, dialect, publicUrl);
}

/** Swagger UI: one page for each API at /docs/<name>, and /docs with all of them to choose from. */
export function serveDocs(app: NestFastifyApplication, dialects: readonly Dialect[], publicUrl: string): void {
  // Without a validator: the badge of the public one would tell it where this server is.
  const common = {
    persistAuthorization: true,
    displayRequestDuration: true,
    tryItOutEnabled: true,
    validatorUrl: null,
  };
  for (const dialect of dialects) {
    SwaggerModule.setup(`docs/${dialect.name}`, app, () => openApiOf(dialect, app, publicUrl), {
      customSiteTitle: dialect.title,
      jsonDocumentUrl: `openapi/${dialect.name}.json`,
      yamlDocumentUrl: `openapi/${dialect.name}.yaml`,
      swaggerOptions: common,
    });
  }
  SwaggerModule.setup('docs', app, () => openApiOf(dialects[0]!, app, publicUrl), {
    customSiteTitle: 'Clientele',
    explorer: true,
    raw: false,
    swaggerOptions: {
      ...common,
      urls: dialects.map(({ name }) => ({ name, url: `${prefixOf(publicUrl)}/openapi/${name}.json` })),
    },
  });
}
